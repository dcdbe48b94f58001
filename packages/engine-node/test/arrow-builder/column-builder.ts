import type { Data } from "apache-arrow";

/**
 * Builds one Arrow column from JavaScript values, appended one by one. What a value is depends on the Arrow type:
 *
 * | Arrow | JavaScript |
 * |---|---|
 * | Null | nothing but null |
 * | Bool | `boolean` |
 * | Int8 … Int32, Uint8 … Uint32 | whole `number`, or `bigint` |
 * | Int64, Uint64 | `bigint`, or `number` that is a safe integer |
 * | Float32, Float64 | `number`, or `bigint`, which is rounded |
 * | Decimal128 | unscaled `bigint` |
 * | Date32 | whole `number` of days since 1970-01-01 |
 * | Timestamp(microsecond) | `bigint` of microseconds since 1970-01-01, or a safe integer `number` |
 * | Utf8 | `string` |
 * | Binary, FixedSizeBinary | `Uint8Array` |
 * | Struct | object with the members' names; one that it lacks is null |
 * | List | array |
 * | Map | object (its own keys, in its order), `Map`, or array of `[key, value]` pairs |
 *
 * `null` and `undefined` are the null of every type. A value that its type cannot hold exactly is a `VALUE_INVALID`
 * with the column's dotted name: nothing is rounded, cut or wrapped on the way (floats excepted).
 */
export interface ColumnBuilder {
  /** Values appended since the start or the last `finish`. */
  readonly length: number;
  /** Adds a value at the end. Null in a column that is not nullable is a `VALUE_INVALID`. */
  append(value: unknown): void;
  /** Adds a null whatever the column's nullability, as the slot below a null struct needs it. */
  appendNull(): void;
  /** The column so far. The builder is empty afterwards and may be used again. */
  finish(): Data;
}

/** What every builder knows of its column. */
export interface ColumnFacts {
  /** Dotted name from the root, for errors. */
  readonly name: string;
  readonly nullable: boolean;
}
