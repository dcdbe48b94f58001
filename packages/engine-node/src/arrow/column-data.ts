import type { ColumnType } from "./column-type.js";
import type { Validity } from "./validity-builder.js";

/** A decoded column as plain data: what Arrow's `Data` is made of, for threads that do without apache-arrow. */
export interface ColumnData extends Validity {
  readonly type: ColumnType;
  readonly length: number;
  readonly offsets?: Int32Array;
  /** Of whatever array type; it is the bytes that count. */
  readonly values?: ArrayBufferView;
  readonly children: readonly ColumnData[];
}
