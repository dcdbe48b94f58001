/** What decoding needs to know of an Arrow type: apache-arrow's `DataType`s are such, and so are copies of them as plain data. */
export interface ColumnType {
  readonly typeId: number;
  /** Of integers and decimals. */
  readonly bitWidth?: number;
  /** Of binary values of one size. */
  readonly byteWidth?: number;
  /** Of floating-point numbers: 1 for single. */
  readonly precision?: number;
  readonly children?: readonly ColumnField[] | null;
}

export interface ColumnField {
  readonly name: string;
  readonly type: ColumnType;
}

/** Of the kernel's `ArrowType`, which threads do not load, those that Parquet's types become. */
export const TypeId: {
  readonly [name in
    | "Int"
    | "Float"
    | "Binary"
    | "Utf8"
    | "Bool"
    | "Decimal"
    | "Date"
    | "Timestamp"
    | "List"
    | "Struct"
    | "FixedSizeBinary"
    | "Map"]: number;
} = {
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
};

/** A copy as plain data, for another thread. */
export function plainType({ typeId, bitWidth, byteWidth, precision, children }: ColumnType): ColumnType {
  return {
    typeId,
    ...(bitWidth !== undefined && { bitWidth }),
    ...(byteWidth !== undefined && { byteWidth }),
    ...(precision !== undefined && { precision }),
    children: children?.map(({ name, type }) => ({ name, type: plainType(type) })) ?? null,
  };
}
