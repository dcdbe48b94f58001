import { newBytes } from "../new-bytes.js";
import type { ForeignArray } from "./wasm-array.js";
import { copyBits, countZeros } from "./wasm-bits.js";
import type { DecodedBatch, Layout } from "./wasm-request.js";
import { timestampFormat, writeMicros } from "./wasm-timestamp.js";

const ALIGNMENT = 8;
const ABSENT = -1;

/**
 * Copies a batch out of the memory of WebAssembly into one buffer of its own, each value once, and brings it into the
 * wanted layout on the way.
 *
 * @throws Error when parquet-wasm gave another type than its footer should lead to, RangeError for a timestamp that
 * 64-bit microseconds do not hold.
 */
export function copyBatch(memory: ArrayBuffer, batch: ForeignArray, layouts: readonly Layout[]): DecodedBatch {
  const copy = new BatchCopy(memory);
  if (batch.children.length !== layouts.length) throw new Error("the decoder gave another number of columns");
  batch.children.forEach((column, index) => {
    copy.plan(column, layouts[index]!, batch.offset, batch.length);
  });
  return { numRows: batch.length, buffer: copy.run(), nodes: copy.nodes };
}

/** First the places of all buffers are planned, then they are filled. */
class BatchCopy {
  readonly nodes: number[] = [];
  readonly #memory: ArrayBuffer;
  readonly #fills: ((target: ArrayBuffer) => void)[] = [];
  /** The last aligned word of each place, which need not be filled to its end. */
  readonly #ends: number[] = [];
  #size = 0;

  constructor(memory: ArrayBuffer) {
    this.#memory = memory;
  }

  run(): ArrayBuffer {
    // All of it is written here, so that it need not be cleared first.
    const target = newBytes(this.#size).buffer;
    const words = new Float64Array(target);
    for (const end of this.#ends) words[end] = 0;
    for (const fill of this.#fills) fill(target);
    return target;
  }

  /** Plans `count` values of an array from the `start`th on. */
  plan(array: ForeignArray, layout: Layout, start: number, count: number): void {
    const first = array.offset + start;
    switch (layout.kind) {
      case "bool":
        this.#expect(array, "b");
        this.#node(array, first, count, ABSENT, this.#bits(array.buffers[1]!, first, count), (count + 7) >> 3);
        return;
      case "fixed": {
        this.#expect(array, fixedFormats(layout.width));
        const bytes = count * layout.width;
        const values = this.#bytes(array.buffers[1]! + first * layout.width, bytes);
        this.#node(array, first, count, ABSENT, values, bytes);
        return;
      }
      case "timestamp": {
        this.#expect(array, timestampFormat(layout.unit));
        this.#node(array, first, count, ABSENT, this.#micros(array, layout.unit, first, count), count * 8);
        return;
      }
      case "text":
      case "bytes": {
        this.#expect(array, layout.kind === "text" ? "u" : "z");
        const { offsets, from, to } = this.#offsets(array.buffers[1]!, first, count);
        const values = this.#bytes(array.buffers[2]! + from, to - from);
        this.#node(array, first, count, offsets, values, to - from);
        return;
      }
      case "list": {
        this.#expect(array, ["+l", "+m"]);
        const { offsets, from, to } = this.#offsets(array.buffers[1]!, first, count);
        this.#node(array, first, count, offsets, ABSENT, 0);
        this.plan(array.children[0]!, layout.child, from, to - from);
        return;
      }
      case "struct": {
        this.#expect(array, "+s");
        const { children } = layout;
        if (array.children.length !== children.length) throw new Error("the decoder gave another number of fields");
        this.#node(array, first, count, ABSENT, ABSENT, 0);
        array.children.forEach((child, index) => {
          this.plan(child, children[index]!, first, count);
        });
        return;
      }
      default:
        layout satisfies never;
    }
  }

  #expect({ format }: ForeignArray, wanted: string | readonly string[]): void {
    const kind = format.startsWith("w:") || format.startsWith("+") ? format : format.replace(/:.*/, "");
    if (typeof wanted === "string" ? kind === wanted : wanted.includes(kind)) return;
    throw new Error(`the decoder gave an array of format "${format}" where "${wanted}" was expected`);
  }

  #node(
    { buffers, nullCount, length }: ForeignArray,
    first: number,
    count: number,
    offsets: number,
    values: number,
    bytes: number,
  ): void {
    const bitmap = buffers[0]!;
    let nulls = bitmap === 0 ? 0 : nullCount;
    if (nulls < 0 || (nulls > 0 && count < length))
      nulls = countZeros(new Uint8Array(this.#memory, bitmap), first, count);
    const validity = nulls === 0 ? ABSENT : this.#bits(bitmap, first, count);
    this.nodes.push(count, nulls, validity, offsets, values, bytes);
  }

  #reserve(bytes: number): number {
    const at = this.#size;
    this.#size = Math.ceil((at + bytes) / ALIGNMENT) * ALIGNMENT;
    if (bytes > 0) this.#ends.push(this.#size / ALIGNMENT - 1);
    return at;
  }

  #bytes(address: number, length: number): number {
    const at = this.#reserve(length);
    if (length > 0) {
      this.#fills.push((target) =>
        new Uint8Array(target, at, length).set(new Uint8Array(this.#memory, address, length)),
      );
    }
    return at;
  }

  #bits(address: number, first: number, count: number): number {
    const at = this.#reserve((count + 7) >> 3);
    if (count > 0) {
      this.#fills.push((target) =>
        copyBits(new Uint8Array(this.#memory, address), first, count, new Uint8Array(target, at)),
      );
    }
    return at;
  }

  #micros(
    array: ForeignArray,
    unit: Extract<Layout, { kind: "timestamp" }>["unit"],
    first: number,
    count: number,
  ): number {
    if (unit === "MICROS") return this.#bytes(array.buffers[1]! + first * 8, count * 8);
    const at = this.#reserve(count * 8);
    const width = unit === "INT96" ? 3 : 2;
    const source = this.#ints(array.buffers[1]! + first * width * 4, count * width);
    this.#fills.push((target) => writeMicros(unit, source, new Int32Array(target, at, count * 2)));
    return at;
  }

  /** Offsets that start at 0, and the range of values that they point into. */
  #offsets(address: number, first: number, count: number): { offsets: number; from: number; to: number } {
    const at = this.#reserve((count + 1) * 4);
    if (count === 0) return { offsets: at, from: 0, to: 0 };
    const source = this.#ints(address + first * 4, count + 1);
    const from = source[0]!;
    const to = source[count]!;
    this.#fills.push((target) => {
      const offsets = new Int32Array(target, at, count + 1);
      offsets.set(source);
      if (from !== 0) for (let index = 0; index <= count; index++) offsets[index]! -= from;
    });
    return { offsets: at, from, to };
  }

  #ints(address: number, count: number): Int32Array {
    if (address % 4 === 0) return new Int32Array(this.#memory, address, count);
    return new Int32Array(this.#memory.slice(address, address + count * 4));
  }
}

/** Formats of the Arrow C data interface for values of so many bytes. Which of them it is does not change the bytes. */
function fixedFormats(width: number): readonly string[] {
  const formats = FIXED_FORMATS[width] ?? [];
  return [...formats, `w:${width}`];
}

const FIXED_FORMATS: Readonly<Record<number, readonly string[]>> = {
  1: ["c", "C"],
  2: ["s", "S"],
  4: ["i", "I", "f"],
  8: ["l", "L", "g"],
  16: ["d"],
};
