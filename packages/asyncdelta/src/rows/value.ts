/**
 * A cell of a table, exact:
 *
 * | Delta type | value |
 * |---|---|
 * | boolean | `boolean` |
 * | byte, short, integer, float, double | `number` |
 * | long | `bigint` |
 * | decimal(p,s) | text with exactly s fraction digits: `"-0.10"` |
 * | string | `string` |
 * | binary | `Uint8Array`, a view of the batch: copy it to keep it alone |
 * | date | `"2024-02-29"` |
 * | timestamp | `"2024-02-29T12:00:00.000000Z"`, UTC, always six digits |
 * | timestamp_ntz | the same without `Z` |
 * | struct | an object |
 * | array | an array |
 * | map | a `Map` |
 * | variant | its JSON text, with every digit |
 * | void | `null` |
 *
 * A year outside 0000..9999 has a sign and at least six digits, as in ISO 8601's expanded form: `"+010000-01-01"`.
 */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly Value[]
  | ReadonlyMap<Value, Value>
  | StructValue;

/** A struct: its fields by name. */
export interface StructValue {
  readonly [field: string]: Value;
}

/** A row: its columns by name, in the table's own spelling. */
export type Row = StructValue;
