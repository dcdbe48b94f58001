/**
 * Type ids of Apache Arrow's format (Schema.fbs), as the `typeId` of apache-arrow's types gives them. Kept here as
 * numbers because a snapshot must not load apache-arrow, whose import takes longer than the snapshot.
 */
export const ArrowType = {
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
} as const;
