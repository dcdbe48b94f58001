import type { ColumnBuffers } from "../decode/column-buffers.js";
import { COLUMN_BYTES, FIELD, KIND } from "./column-fields.js";
import type { PlannedColumn } from "./column-plan.js";
import type { LinesInstance } from "./lines-instance.js";

/** Where columns are taken from. */
export interface Taking {
  readonly instance: LinesInstance;
  /** Address of the table of columns. */
  readonly table: number;
  /** What stands for columns that have not been read yet. */
  readonly standIns: ReadonlyMap<PlannedColumn, ColumnBuffers>;
}

/** Copies a column that has been finished out of the memory of the module. */
export function takeColumn(taking: Taking, column: PlannedColumn, length: number): ColumnBuffers {
  const { instance, table, standIns } = taking;
  const { words, bytes } = instance;
  const { kind, index, children } = column;
  const standIn = standIns.get(column);
  if (standIn !== undefined) return standIn;
  const at = (table + index * COLUMN_BYTES) / 4;
  if (words[at + FIELD.length] === 0) return absentColumn(taking, column, length);
  const nullCount = length - words[at + FIELD.valid]!;
  const bits = words[at + FIELD.validity]!;
  const validity = nullCount === 0 ? {} : { nullBitmap: bytes.slice(bits, bits + bitBytes(length)) };
  const first = words[at + FIELD.values]!;
  const values = (size: number) => bytes.slice(first, first + size);
  const offsets = () => {
    const start = words[at + FIELD.offsets]! / 4;
    return words.slice(start, start + length + 1);
  };
  const take = (child: PlannedColumn, items: number) => takeColumn(taking, child, items);
  switch (kind) {
    case KIND.bool:
      return { length, values: values(bitBytes(length)), nullCount, ...validity };
    case KIND.int32:
      return { length, values: words.slice(first / 4, first / 4 + length), nullCount, ...validity };
    case KIND.int64:
      return { length, values: new BigInt64Array(values(8 * length).buffer), nullCount, ...validity };
    case KIND.utf8:
      return { length, offsets: offsets(), values: values(words[at + FIELD.end]!), nullCount, ...validity };
    case KIND.struct:
      return { length, children: children.map((child) => take(child, length)), nullCount, ...validity };
    default: {
      const items = children.map((child) => take(child, words[at + FIELD.end]!));
      return { length, offsets: offsets(), children: itemsOf(kind, items), nullCount, ...validity };
    }
  }
}

/** A column that no row has a value of. */
function absentColumn(taking: Taking, { kind, children }: PlannedColumn, length: number): ColumnBuffers {
  const validity = length === 0 ? {} : { nullBitmap: new Uint8Array(bitBytes(length)) };
  const absent = { length, nullCount: length, ...validity };
  const take = (items: number) => children.map((child) => takeColumn(taking, child, items));
  switch (kind) {
    case KIND.bool:
      return { ...absent, values: new Uint8Array(bitBytes(length)) };
    case KIND.int32:
      return { ...absent, values: new Int32Array(length) };
    case KIND.int64:
      return { ...absent, values: new BigInt64Array(length) };
    case KIND.utf8:
      return { ...absent, offsets: new Int32Array(length + 1), values: new Uint8Array(0) };
    case KIND.struct:
      return { ...absent, children: take(length) };
    default:
      return { ...absent, offsets: new Int32Array(length + 1), children: itemsOf(kind, take(0)) };
  }
}

/** The entries of a map are a struct of keys and values. */
function itemsOf(kind: number, items: readonly ColumnBuffers[]): readonly ColumnBuffers[] {
  return kind === KIND.map ? [{ length: items[0]!.length, nullCount: 0, children: items }] : items;
}

function bitBytes(bits: number): number {
  return (bits + 7) >> 3;
}
