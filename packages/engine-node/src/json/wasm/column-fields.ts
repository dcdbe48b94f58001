/** How the module knows what a column holds: `wasm/json/column.ts`. */
export const KIND = { bool: 0, int32: 1, int64: 2, utf8: 3, deferred: 4, struct: 5, list: 6, map: 7 } as const;

/** Where each field of the module's `Column` is, in words of 32 bits. */
export const FIELD = {
  kind: 0,
  isRequired: 1,
  length: 2,
  valid: 3,
  capacity: 4,
  validity: 5,
  offsets: 6,
  values: 7,
  end: 8,
  children: 9,
  childCount: 10,
  requiredCount: 11,
  name: 12,
  nameLength: 13,
} as const;

/** Bytes of a `Column`. */
export const COLUMN_BYTES = 64;
