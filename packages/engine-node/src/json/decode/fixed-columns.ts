import { grow } from "../../arrow/grow.js";
import type { ColumnBuffers } from "./column-buffers.js";
import { JsonColumn } from "./json-column.js";
import { FALSE, type LineScanner, TRUE } from "./line-scanner.js";

/** Bool: one bit a value. */
export class BoolColumn extends JsonColumn {
  #bits: Uint8Array = new Uint8Array(0);

  protected readValue(scanner: LineScanner): void {
    const { length } = this;
    this.#bits = grow(this.#bits, (length >> 3) + 1);
    switch (scanner.bytes[scanner.at]) {
      case 0x74:
        scanner.skipWord(TRUE);
        this.#bits[length >> 3]! |= 1 << (length & 7);
        return;
      case 0x66:
        scanner.skipWord(FALSE);
        return;
      default:
        this.mismatch("true or false");
    }
  }

  finish(): ColumnBuffers {
    const { length } = this;
    const values = grow(this.#bits, (length + 7) >> 3).subarray(0, (length + 7) >> 3);
    this.#bits = new Uint8Array(0);
    return { length, values, ...this.validity.finish() };
  }
}

/** Reads a number that must be a whole one; `undefined` for one that a double cannot hold exactly. */
function readInteger(scanner: LineScanner, from: number): number | undefined {
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

const isNumberStart = (byte: number) => byte === 0x2d || (byte >= 0x30 && byte <= 0x39);

/** Int32. */
export class Int32Column extends JsonColumn {
  #values: Int32Array = new Int32Array(0);

  protected readValue(scanner: LineScanner): void {
    const { length } = this;
    const from = scanner.at;
    if (!isNumberStart(scanner.bytes[from]!)) this.mismatch("a 32-bit integer");
    scanner.skipNumber();
    const value = readInteger(scanner, from);
    this.#values = grow(this.#values, length + 1);
    this.#values[length] = value ?? 0;
    if (value === undefined || this.#values[length] !== value + 0) this.mismatch("a 32-bit integer");
  }

  finish(): ColumnBuffers {
    const { length } = this;
    const values = grow(this.#values, length).subarray(0, length);
    this.#values = new Int32Array(0);
    return { length, values, ...this.validity.finish() };
  }
}

const TWO_32 = 2 ** 32;

/** Int64: pairs of 32-bit halves, so that a number of up to 15 digits makes no `bigint`. */
export class Int64Column extends JsonColumn {
  #halves: Int32Array = new Int32Array(0);

  protected readValue(scanner: LineScanner): void {
    const from = scanner.at;
    if (!isNumberStart(scanner.bytes[from]!)) this.mismatch("a 64-bit integer");
    scanner.skipNumber();
    const at = this.length * 2;
    this.#halves = grow(this.#halves, at + 2);
    const value = readInteger(scanner, from);
    if (value !== undefined) {
      this.#halves[at] = value;
      this.#halves[at + 1] = Math.floor(value / TWO_32);
      return;
    }
    const long = scanner.isInteger ? BigInt(scanner.ascii(from, scanner.at)) : undefined;
    if (long === undefined || BigInt.asIntN(64, long) !== long) this.mismatch("a 64-bit integer");
    this.#halves[at] = Number(BigInt.asIntN(32, long));
    this.#halves[at + 1] = Number(long >> 32n);
  }

  finish(): ColumnBuffers {
    const { length } = this;
    const { buffer } = grow(this.#halves, length * 2);
    this.#halves = new Int32Array(0);
    return { length, values: new BigInt64Array(buffer, 0, length), ...this.validity.finish() };
  }
}

/** Float64. */
export class Float64Column extends JsonColumn {
  #values: Float64Array = new Float64Array(0);

  protected readValue(scanner: LineScanner): void {
    const { length } = this;
    const from = scanner.at;
    if (!isNumberStart(scanner.bytes[from]!)) this.mismatch("a number");
    scanner.skipNumber();
    this.#values = grow(this.#values, length + 1);
    this.#values[length] = Number(scanner.ascii(from, scanner.at));
  }

  finish(): ColumnBuffers {
    const { length } = this;
    const values = grow(this.#values, length).subarray(0, length);
    this.#values = new Float64Array(0);
    return { length, values, ...this.validity.finish() };
  }
}
