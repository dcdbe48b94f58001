/** The lowest two bits of a value's first byte. VariantEncoding.md of the Parquet format, "Value encoding". */
export const BasicType = { primitive: 0, shortString: 1, object: 2, array: 3 } as const;

/** The upper six bits of the first byte of a primitive value. "Encoding types". */
export const Primitive = {
  null: 0,
  true: 1,
  false: 2,
  int8: 3,
  int16: 4,
  int32: 5,
  int64: 6,
  double: 7,
  decimal4: 8,
  decimal8: 9,
  decimal16: 10,
  date: 11,
  timestamp: 12,
  timestampNtz: 13,
  float: 14,
  binary: 15,
  string: 16,
  time: 17,
  timestampNanos: 18,
  timestampNtzNanos: 19,
  uuid: 20,
} as const;

/** Most bytes of a string whose length is in its first byte. */
export const SHORT_STRING = 63;
