import type { Data, DataType } from "apache-arrow";
import { grow } from "../../dist/arrow/grow.js";
import { newData } from "../../dist/arrow/new-data.js";
import { ValidityBuilder } from "../../dist/arrow/validity-builder.js";
import type { ColumnBuilder, ColumnFacts } from "./column-builder.js";
import { valueInvalid } from "./value-invalid.js";

const encoder = new TextEncoder();
/** Offsets are signed 32-bit numbers. */
const MOST_BYTES = 2 ** 31 - 1;
/** Up to here, a loop over the characters beats a call into the engine. */
const SHORT = 24;

/** Utf8 and Binary: bytes of any length behind offsets. */
abstract class VariableWidthBuilder implements ColumnBuilder {
  readonly type: DataType;
  readonly facts: ColumnFacts;
  protected bytes: Uint8Array = new Uint8Array(0);
  /** Where the next value starts in `bytes`. */
  protected end = 0;
  #offsets: Int32Array = new Int32Array(1);
  readonly #validity: ValidityBuilder = new ValidityBuilder();

  constructor(type: DataType, facts: ColumnFacts) {
    this.type = type;
    this.facts = facts;
  }

  get length(): number {
    return this.#validity.length;
  }

  /** Writes the value at `end` and moves `end`. */
  protected abstract store(value: unknown): void;

  append(value: unknown): void {
    if (value === null || value === undefined) {
      if (!this.facts.nullable) throw valueInvalid(this.facts.name, value, "no nulls");
      this.appendNull();
      return;
    }
    this.store(value);
    this.#validity.appendValid();
    this.#mark();
  }

  appendNull(): void {
    this.#validity.appendNull();
    this.#mark();
  }

  #mark(): void {
    const { length } = this.#validity;
    this.#offsets = grow(this.#offsets, length + 1);
    this.#offsets[length] = this.end;
  }

  protected reserve(bytes: number): void {
    if (this.end + bytes > MOST_BYTES) {
      throw valueInvalid(this.facts.name, bytes, "at most 2 GiB in one batch (use a smaller batchRows)");
    }
    this.bytes = grow(this.bytes, this.end + bytes);
  }

  finish(): Data {
    const { length } = this;
    const values = this.bytes.subarray(0, this.end);
    const offsets = this.#offsets.subarray(0, length + 1);
    this.bytes = new Uint8Array(0);
    this.end = 0;
    this.#offsets = new Int32Array(1);
    return newData(this.type, length, this.#validity.finish(), { offsets, values });
  }
}

export class Utf8Builder extends VariableWidthBuilder {
  protected store(value: unknown): void {
    if (typeof value !== "string") throw valueInvalid(this.facts.name, value, "strings");
    // No UTF-16 unit takes more than three bytes.
    this.reserve(value.length * 3);
    if (value.length <= SHORT && this.#storeAscii(value)) return;
    this.end += encoder.encodeInto(value, this.bytes.subarray(this.end)).written;
  }

  #storeAscii(value: string): boolean {
    const { bytes, end } = this;
    for (let i = 0; i < value.length; i++) {
      const unit = value.charCodeAt(i);
      if (unit > 0x7f) return false;
      bytes[end + i] = unit;
    }
    this.end = end + value.length;
    return true;
  }
}

export class BinaryBuilder extends VariableWidthBuilder {
  protected store(value: unknown): void {
    if (!(value instanceof Uint8Array)) throw valueInvalid(this.facts.name, value, "bytes (Uint8Array)");
    this.reserve(value.length);
    this.bytes.set(value, this.end);
    this.end += value.length;
  }
}

/** FixedSizeBinary. */
export class FixedBytesBuilder implements ColumnBuilder {
  readonly type: DataType & { readonly byteWidth: number };
  readonly facts: ColumnFacts;
  #bytes: Uint8Array = new Uint8Array(0);
  readonly #validity: ValidityBuilder = new ValidityBuilder();

  constructor(type: DataType & { readonly byteWidth: number }, facts: ColumnFacts) {
    this.type = type;
    this.facts = facts;
  }

  get length(): number {
    return this.#validity.length;
  }

  append(value: unknown): void {
    if (value === null || value === undefined) {
      if (!this.facts.nullable) throw valueInvalid(this.facts.name, value, "no nulls");
      this.appendNull();
      return;
    }
    const { byteWidth } = this.type;
    if (!(value instanceof Uint8Array) || value.length !== byteWidth) {
      throw valueInvalid(this.facts.name, value, `${byteWidth} bytes (Uint8Array)`);
    }
    const at = this.#validity.length * byteWidth;
    this.#bytes = grow(this.#bytes, at + byteWidth);
    this.#bytes.set(value, at);
    this.#validity.appendValid();
  }

  appendNull(): void {
    this.#validity.appendNull();
    this.#bytes = grow(this.#bytes, this.#validity.length * this.type.byteWidth);
  }

  finish(): Data {
    const { length } = this;
    const values = this.#bytes.subarray(0, length * this.type.byteWidth);
    this.#bytes = new Uint8Array(0);
    return newData(this.type, length, this.#validity.finish(), { values });
  }
}
