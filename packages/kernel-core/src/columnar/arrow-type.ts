/**
 * Type ids of Apache Arrow's format (Schema.fbs), as the `typeId` of apache-arrow's types gives them. Kept here as
 * numbers, so that values are recognised whichever copy of apache-arrow made them, and because a snapshot must not load it: its
 * import takes longer than the snapshot.
 */
export const ArrowType = {
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
