/**
 * Arrow's type ids, as every copy of apache-arrow has them (its `Type`). Here as numbers, so that values are recognised
 * whichever copy made them, and none is loaded for their sake.
 */
export const ARROW_TYPE = {
  Dictionary: -1,
  Null: 1,
  Int: 2,
  Float: 3,
  Binary: 4,
  Utf8: 5,
  Bool: 6,
  Decimal: 7,
  Date: 8,
  Timestamp: 10,
  List: 12,
  Struct: 13,
  FixedSizeBinary: 15,
  Map: 17,
  LargeBinary: 19,
  LargeUtf8: 20,
  LargeList: 21,
} as const;
