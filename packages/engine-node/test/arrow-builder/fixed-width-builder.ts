import type { Data, DataType } from "apache-arrow";
import { grow, type TypedArray } from "../../dist/arrow/grow.js";
import { newData } from "../../dist/arrow/new-data.js";
import { ValidityBuilder } from "../../dist/arrow/validity-builder.js";
import type { ColumnBuilder, ColumnFacts } from "./column-builder.js";
import { valueInvalid } from "./value-invalid.js";

/** What the builders of one value a slot share; each says how a value becomes bytes. */
abstract class FixedWidthBuilder<T extends TypedArray> implements ColumnBuilder {
  readonly type: DataType;
  readonly facts: ColumnFacts;
  protected values: T;
  readonly #empty: T;
  readonly #validity: ValidityBuilder = new ValidityBuilder();

  constructor(type: DataType, facts: ColumnFacts, empty: T) {
    this.type = type;
    this.facts = facts;
    this.values = empty;
    this.#empty = empty;
  }

  get length(): number {
    return this.#validity.length;
  }

  /** Elements of `values` that `length` values take up. */
  protected abstract elements(length: number): number;
  /** Stores `value` as number `at`; there is room for it. */
  protected abstract store(at: number, value: unknown): void;

  append(value: unknown): void {
    if (value === null || value === undefined) {
      if (!this.facts.nullable) throw valueInvalid(this.facts.name, value, "no nulls");
      this.appendNull();
      return;
    }
    const at = this.#validity.length;
    this.values = grow(this.values, this.elements(at + 1));
    this.store(at, value);
    this.#validity.appendValid();
  }

  appendNull(): void {
    this.#validity.appendNull();
    this.values = grow(this.values, this.elements(this.#validity.length));
  }

  finish(): Data {
    const { length } = this;
    const values = this.values.subarray(0, this.elements(length));
    this.values = this.#empty;
    return newData(this.type, length, this.#validity.finish(), { values });
  }
}

/** Bool: one bit a value. */
export class BoolBuilder extends FixedWidthBuilder<Uint8Array> {
  constructor(type: DataType, facts: ColumnFacts) {
    super(type, facts, new Uint8Array(0));
  }
  protected elements(length: number): number {
    return (length + 7) >> 3;
  }
  protected store(at: number, value: unknown): void {
    if (value === true) this.values[at >> 3]! |= 1 << (at & 7);
    else if (value !== false) throw valueInvalid(this.facts.name, value, "booleans");
  }
}

type SmallInts = Int8Array | Int16Array | Int32Array | Uint8Array | Uint16Array | Uint32Array;

/** Integers of at most 32 bits, and Date32. */
export class Int32Builder<T extends SmallInts> extends FixedWidthBuilder<T> {
  readonly wanted: string;
  constructor(type: DataType, facts: ColumnFacts, empty: T, wanted: string) {
    super(type, facts, empty);
    this.wanted = wanted;
  }
  protected elements(length: number): number {
    return length;
  }
  protected store(at: number, value: unknown): void {
    const number = typeof value === "bigint" ? Number(value) : value;
    this.values[at] = number as number;
    // Reading it back catches fractions, NaN, strings and what is out of range alike.
    if (this.values[at] !== number) throw valueInvalid(this.facts.name, value, this.wanted);
  }
}

/** Float32 and Float64. */
export class FloatBuilder<T extends Float32Array | Float64Array> extends FixedWidthBuilder<T> {
  protected elements(length: number): number {
    return length;
  }
  protected store(at: number, value: unknown): void {
    if (typeof value === "number") this.values[at] = value;
    else if (typeof value === "bigint") this.values[at] = Number(value);
    else throw valueInvalid(this.facts.name, value, "numbers");
  }
}

/** Int64, Uint64 and Timestamp. */
export class Int64Builder<T extends BigInt64Array | BigUint64Array> extends FixedWidthBuilder<T> {
  readonly wanted: string;
  constructor(type: DataType, facts: ColumnFacts, empty: T, wanted: string) {
    super(type, facts, empty);
    this.wanted = wanted;
  }
  protected elements(length: number): number {
    return length;
  }
  protected store(at: number, value: unknown): void {
    const exact = typeof value === "bigint" ? value : Number.isSafeInteger(value) ? BigInt(value as number) : undefined;
    if (exact !== undefined) this.values[at] = exact;
    if (exact === undefined || this.values[at] !== exact) throw valueInvalid(this.facts.name, value, this.wanted);
  }
}

const WORDS = 4;

/** Decimal of 128 bits: four words of 32 bits, the lowest first, in two's complement. */
export class DecimalBuilder extends FixedWidthBuilder<Uint32Array> {
  readonly limit: bigint;
  constructor(type: DataType & { readonly precision: number }, facts: ColumnFacts) {
    super(type, facts, new Uint32Array(0));
    this.limit = 10n ** BigInt(type.precision);
  }
  protected elements(length: number): number {
    return length * WORDS;
  }
  protected store(at: number, value: unknown): void {
    if (typeof value !== "bigint" || value >= this.limit || value <= -this.limit) {
      throw valueInvalid(this.facts.name, value, `unscaled decimals below ${this.limit}`);
    }
    for (let word = 0, rest = value; word < WORDS; word++, rest >>= 32n) {
      this.values[at * WORDS + word] = Number(BigInt.asUintN(32, rest));
    }
  }
}
