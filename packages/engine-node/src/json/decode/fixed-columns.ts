import { grow } from "../../arrow/grow.js";
import type { ColumnBuffers } from "./column-buffers.js";
import { JsonColumn } from "./json-column.js";
import { FALSE, type LineScanner, TRUE } from "./line-scanner.js";

/** Bool: one bit a value. */
export class BoolColumn extends JsonColumn {
  #bits: Uint8Array = new Uint8Array(0);

  protected readValue(scanner: LineScanner): void {
    const first = scanner.bytes[scanner.at];
    if (first !== 0x74 && first !== 0x66) this.mismatch("true or false");
    scanner.skipWord(first === 0x74 ? TRUE : FALSE);
    this.#store(this.length, first === 0x74);
  }

  override appendNull(): void {
    this.#store(this.length, false);
    super.appendNull();
  }

  #store(at: number, value: boolean): void {
    this.#bits = grow(this.#bits, (at >> 3) + 1);
    // What the last batch has left in a byte goes when its first bit comes.
    if ((at & 7) === 0) this.#bits[at >> 3] = 0;
    if (value) this.#bits[at >> 3]! |= 1 << (at & 7);
  }

  finish(): ColumnBuffers {
    const { length } = this;
    return { length, values: this.#bits.slice(0, (length + 7) >> 3), ...this.validity.finish() };
  }
}

/** What the columns of numbers share. */
abstract class NumberColumn extends JsonColumn {
  protected readValue(scanner: LineScanner): void {
    const from = scanner.at;
    const first = scanner.bytes[from]!;
    if (first !== 0x2d && (first < 0x30 || first > 0x39)) this.mismatch(this.wanted);
    scanner.skipNumber();
    if (!this.store(this.length, scanner, from)) this.mismatch(this.wanted);
  }

  override appendNull(): void {
    this.storeZero(this.length);
    super.appendNull();
  }

  /** What the column takes, in words. */
  protected abstract readonly wanted: string;
  /** Stores the number that starts at `from` and ends before the scanner; tells whether the column can hold it. */
  protected abstract store(at: number, scanner: LineScanner, from: number): boolean;
  protected abstract storeZero(at: number): void;
}

/** The number as a safe integer; `undefined` where it is none. */
function safeInteger(scanner: LineScanner, from: number): number | undefined {
  const { bytes, at } = scanner;
  if (!scanner.isInteger || at - from > 15) {
    // 1.0 and 1e3 are whole numbers too.
    const value = Number(scanner.ascii(from, at));
    return Number.isSafeInteger(value) ? value : undefined;
  }
  const isNegative = bytes[from] === 0x2d;
  let value = 0;
  for (let i = isNegative ? from + 1 : from; i < at; i++) value = value * 10 + bytes[i]! - 0x30;
  return isNegative ? -value : value;
}

/** Int32. */
export class Int32Column extends NumberColumn {
  protected readonly wanted = "a 32-bit integer";
  #values: Int32Array = new Int32Array(0);

  protected store(at: number, scanner: LineScanner, from: number): boolean {
    const value = safeInteger(scanner, from);
    if (value === undefined || value < -0x80000000 || value > 0x7fffffff) return false;
    this.#values = grow(this.#values, at + 1);
    this.#values[at] = value;
    return true;
  }

  protected storeZero(at: number): void {
    this.#values = grow(this.#values, at + 1);
    this.#values[at] = 0;
  }

  finish(): ColumnBuffers {
    const { length } = this;
    return { length, values: this.#values.slice(0, length), ...this.validity.finish() };
  }
}

const TWO_32 = 2 ** 32;
/** Characters of -2^63. */
const LONGEST = 20;

/** Int64, as pairs of 32-bit halves, so that a number of up to 15 digits makes no `bigint`. */
export class Int64Column extends NumberColumn {
  protected readonly wanted = "a 64-bit integer";
  #halves: Int32Array = new Int32Array(0);

  protected store(at: number, scanner: LineScanner, from: number): boolean {
    const value = safeInteger(scanner, from);
    if (value !== undefined) {
      this.#put(at, value, Math.floor(value / TWO_32));
      return true;
    }
    if (!scanner.isInteger || scanner.at - from > LONGEST) return false;
    const long = BigInt(scanner.ascii(from, scanner.at));
    if (BigInt.asIntN(64, long) !== long) return false;
    this.#put(at, Number(BigInt.asIntN(32, long)), Number(long >> 32n));
    return true;
  }

  protected storeZero(at: number): void {
    this.#put(at, 0, 0);
  }

  /** Only the lowest 32 bits of each count. */
  #put(at: number, low: number, high: number): void {
    this.#halves = grow(this.#halves, at * 2 + 2);
    this.#halves[at * 2] = low;
    this.#halves[at * 2 + 1] = high;
  }

  finish(): ColumnBuffers {
    const { length } = this;
    const { buffer } = this.#halves.slice(0, length * 2);
    return { length, values: new BigInt64Array(buffer), ...this.validity.finish() };
  }
}

/** Float64. */
export class Float64Column extends NumberColumn {
  protected readonly wanted = "a number";
  #values: Float64Array = new Float64Array(0);

  protected store(at: number, scanner: LineScanner, from: number): boolean {
    this.#values = grow(this.#values, at + 1);
    this.#values[at] = Number(scanner.ascii(from, scanner.at));
    return true;
  }

  protected storeZero(at: number): void {
    this.#values = grow(this.#values, at + 1);
    this.#values[at] = 0;
  }

  finish(): ColumnBuffers {
    const { length } = this;
    return { length, values: this.#values.slice(0, length), ...this.validity.finish() };
  }
}
