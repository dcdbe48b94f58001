import type { Data } from "apache-arrow";
import { decimalAt } from "../columnar/value-text.js";
import type { DataType } from "../schema/types.js";
import type { BoundOperator, BoundValue } from "./bound-predicate.js";
import { compareBytes, toComparable } from "./comparable.js";
import { accepts } from "./leaf-outcome.js";
import type { LeafPredicate } from "./simplify.js";
import { FALSE, TRUE } from "./truth.js";

/** Writes the outcome for each row, to where all are {@link FALSE}; what it writes where the value is null does not count. */
export type LeafKernel = (data: Data, truth: Uint8Array) => void;

/** How a condition on a column of a type is evaluated on the column that the table's batches have for it. */
export function leafKernel(leaf: Exclude<LeafPredicate, { kind: "isNull" }>, type: DataType): LeafKernel {
  switch (leaf.kind) {
    case "startsWith":
      return startsWith(new TextEncoder().encode(leaf.prefix));
    case "in":
      return isIn(leaf.values, type);
    case "comparison":
      return comparison(leaf.operator, leaf.value, type);
  }
}

type NumberArray = Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;

function comparison(operator: BoundOperator, value: BoundValue, type: DataType): LeafKernel {
  const form = formOf(type);
  const comparable = toComparable(type, value);
  switch (form) {
    case "number":
      return (data, truth) => compareNumbers(data.values as NumberArray, operator, comparable as number, truth);
    case "bits": {
      const [ofFalse, ofTrue] = [0, 1].map((bit) => (accepts(operator, bit - Number(comparable)) ? TRUE : FALSE));
      return (data, truth) => {
        for (let row = 0; row < truth.length; row++) truth[row] = bitAt(data, row) ? ofTrue! : ofFalse!;
      };
    }
    case "bytes": {
      const bytes = bytesOf(comparable as string | Uint8Array);
      const outcome = outcomes(operator);
      return ({ values, valueOffsets: offsets }, truth) => {
        for (let row = 0; row < truth.length; row++) {
          truth[row] = outcome(compareBytes(values, offsets[row]!, offsets[row + 1]!, bytes));
        }
      };
    }
    default: {
      const [words, outcome] = [wordsOf(comparable as bigint, form), outcomes(operator)];
      return (data, truth) => {
        const all = wordView(data);
        for (let row = 0; row < truth.length; row++) truth[row] = outcome(compareWords(all, row * form, words));
      };
    }
  }
}

/** How a type is stored: numbers, bits, bytes with offsets, or integers of so many 32-bit words. */
function formOf(type: DataType): "number" | "bits" | "bytes" | 2 | 4 {
  if (type.kind === "decimal") return 4;
  switch (type.kind === "primitive" ? type.name : undefined) {
    case "boolean":
      return "bits";
    case "string":
    case "binary":
      return "bytes";
    case "long":
    case "timestamp":
    case "timestamp_ntz":
      return 2;
    default:
      return "number";
  }
}

/**
 * NaN, which compares with nothing, is greater than every other number and equal to itself. What is false is not written: it is there
 * from the beginning.
 */
function compareNumbers(values: NumberArray, operator: BoundOperator, value: number, truth: Uint8Array): void {
  const { length } = truth;
  if (Number.isNaN(value)) {
    const [ofNaN, ofNumber] = [accepts(operator, 0) ? TRUE : FALSE, accepts(operator, -1) ? TRUE : FALSE];
    for (let row = 0; row < length; row++) truth[row] = Number.isNaN(values[row]!) ? ofNaN : ofNumber;
    return;
  }
  switch (operator) {
    case "=":
      for (let row = 0; row < length; row++) if (values[row] === value) truth[row] = TRUE;
      break;
    case "<":
      for (let row = 0; row < length; row++) if (values[row]! < value) truth[row] = TRUE;
      break;
    case "<=":
      for (let row = 0; row < length; row++) if (values[row]! <= value) truth[row] = TRUE;
      break;
    case ">":
      for (let row = 0; row < length; row++) if (!(values[row]! <= value)) truth[row] = TRUE;
      break;
    case ">=":
      for (let row = 0; row < length; row++) if (!(values[row]! < value)) truth[row] = TRUE;
      break;
  }
}

function outcomes(operator: BoundOperator): (order: number) => number {
  const [below, equal, above] = [-1, 0, 1].map((order) => (accepts(operator, order) ? TRUE : FALSE));
  return (order) => (order < 0 ? below! : order > 0 ? above! : equal!);
}

/** A column of 64- or 128-bit integers as 32-bit words, the lowest first. */
function wordView({ values }: Data): Int32Array {
  const view = values as ArrayBufferView<ArrayBuffer>;
  return new Int32Array(view.buffer, view.byteOffset, view.byteLength >>> 2);
}

function wordsOf(value: bigint, count: 2 | 4): Int32Array {
  return Int32Array.from({ length: count }, (_, at) => Number(BigInt.asIntN(32, value >> BigInt(32 * at))));
}

function compareWords(all: Int32Array, at: number, words: Int32Array): number {
  let word = words.length - 1;
  // The highest word has the sign; the others are unsigned.
  if (all[at + word] !== words[word]) return all[at + word]! < words[word]! ? -1 : 1;
  while (--word >= 0) {
    const [left, right] = [all[at + word]! >>> 0, words[word]! >>> 0];
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}

function isIn(values: readonly BoundValue[], type: DataType): LeafKernel {
  const wanted = values.map((value) => toComparable(type, value));
  const form = formOf(type);
  if (form === "bytes") return isOneOfBytes(wanted.map((value) => bytesOf(value as string | Uint8Array)));
  // For a set, as in SQL here, NaN equals NaN and -0 equals 0.
  const set = new Set(wanted);
  return (data, truth) => {
    const read: (row: number) => unknown =
      form === "bits"
        ? (row) => bitAt(data, row)
        : form === 4
          ? (row) => decimalAt(data.values, row)
          : (row) => data.values[row];
    for (let row = 0; row < truth.length; row++) truth[row] = set.has(read(row) as never) ? TRUE : FALSE;
  };
}

function isOneOfBytes(wanted: readonly Uint8Array[]): LeafKernel {
  const byLength = new Map<number, Uint8Array[]>();
  for (const bytes of wanted) byLength.set(bytes.length, [...(byLength.get(bytes.length) ?? []), bytes]);
  return ({ values, valueOffsets: offsets }, truth) => {
    for (let row = 0; row < truth.length; row++) {
      const [start, end] = [offsets[row]!, offsets[row + 1]!];
      const found = byLength.get(end - start)?.some((bytes) => compareBytes(values, start, end, bytes) === 0);
      truth[row] = found ? TRUE : FALSE;
    }
  };
}

function startsWith(prefix: Uint8Array): LeafKernel {
  return ({ values, valueOffsets: offsets }, truth) => {
    for (let row = 0; row < truth.length; row++) {
      const start = offsets[row]!;
      const enough = offsets[row + 1]! - start >= prefix.length;
      truth[row] = enough && compareBytes(values, start, start + prefix.length, prefix) === 0 ? TRUE : FALSE;
    }
  };
}

function bitAt({ values, offset }: Data, row: number): boolean {
  return ((values[(offset + row) >> 3] >> ((offset + row) & 7)) & 1) === 1;
}

function bytesOf(value: string | Uint8Array): Uint8Array {
  return typeof value === "string" ? new TextEncoder().encode(value) : value;
}
