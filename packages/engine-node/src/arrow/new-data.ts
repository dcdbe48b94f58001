import { Data, type DataType } from "apache-arrow";
import type { Validity } from "./validity-builder.js";

/** The buffers of an Arrow column; which ones it has depends on its type. */
export interface Buffers {
  readonly offsets?: Int32Array;
  readonly values?: ArrayBufferView;
  readonly children?: Data[];
}

/**
 * An Arrow column over buffers. Unlike arrow's `makeData` it also takes a type that was made by another copy of
 * apache-arrow, as a caller's schema may be.
 */
export function newData(type: DataType, length: number, validity: Validity, buffers: Buffers): Data {
  const { offsets, values, children = [] } = buffers;
  return new Data(
    type,
    0,
    length,
    validity.nullCount,
    [offsets, values, validity.nullBitmap ?? NO_BITMAP] as never,
    children,
  );
}

const NO_BITMAP: Uint8Array = new Uint8Array(0);
