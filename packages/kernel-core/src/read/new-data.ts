import { type DataType as ArrowType, Data } from "apache-arrow";

/** The parts of an Arrow column beside its type and length; which ones it has depends on the type. */
export interface DataParts {
  readonly offsets?: Int32Array | undefined;
  readonly values?: ArrayBufferView | undefined;
  readonly validity?: Validity | undefined;
  readonly children?: Data[] | undefined;
}

/** Which values are there: a bit each, set if so, the first at bit `offset`. Absent or empty means all. */
export interface Validity {
  readonly offset: number;
  readonly nullCount: number;
  readonly bitmap: Uint8Array | undefined;
}

/**
 * An Arrow column over buffers that are there already. `values` and `offsets` begin with the first row; of the buffers
 * only a bitmap (of the validity, or the values of a Bool, with the same `offset`) may begin elsewhere.
 */
export function newData(type: ArrowType, length: number, parts: DataParts): Data {
  const { offsets, values, validity, children = [] } = parts;
  const buffers = [offsets, values, validity?.bitmap ?? ALL_VALID];
  return new Data(type, validity?.offset ?? 0, length, validity?.nullCount ?? 0, buffers as never, children);
}

/** The validity of a column, to give to another column of the same rows. */
export function validityOf(data: Data): Validity {
  return { offset: data.offset, nullCount: data.nullCount, bitmap: data.nullBitmap ?? undefined };
}

/** Bytes of a bitmap of `length` bits, padded as Arrow wants it. */
export function bitmapBytes(length: number): number {
  return ((length + 63) & ~63) >> 3;
}

const ALL_VALID = new Uint8Array(0);
