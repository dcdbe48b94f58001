import { grow } from "./grow.js";

/** The validity of a finished column, as `makeData` takes it: no bitmap when nothing is null. */
export interface Validity {
  readonly nullBitmap?: Uint8Array;
  readonly nullCount: number;
}

/** Collects one bit a value (Arrow: 1 is valid), and keeps no bitmap until the first null. */
export class ValidityBuilder {
  length = 0;
  #nulls = 0;
  #bits: Uint8Array = new Uint8Array(0);

  appendValid(): void {
    const at = this.length++;
    if (this.#nulls === 0) return;
    this.#bits = grow(this.#bits, (at >> 3) + 1);
    this.#bits[at >> 3]! |= 1 << (at & 7);
  }

  appendNull(): void {
    const at = this.length++;
    this.#bits = grow(this.#bits, (at >> 3) + 1);
    if (this.#nulls++ > 0) return;
    // All values so far are valid.
    this.#bits.fill(0xff, 0, at >> 3);
    this.#bits[at >> 3] = (1 << (at & 7)) - 1;
  }

  /** The bits so far; starts anew. */
  finish(): Validity {
    const nulls = this.#nulls;
    const bits = this.#bits.subarray(0, (this.length + 7) >> 3);
    this.length = 0;
    this.#nulls = 0;
    this.#bits = new Uint8Array(0);
    return nulls === 0 ? { nullCount: 0 } : { nullBitmap: bits, nullCount: nulls };
  }
}
