/** A Delta data type. PROTOCOL.md, "Schema Serialization Format". */
export type DataType = PrimitiveType | DecimalType | StructType | ArrayType | MapType;

/** `string` covers char, varchar and collated strings, whose metadata stays on the field. */
export type PrimitiveName =
  | "boolean"
  | "byte"
  | "short"
  | "integer"
  | "long"
  | "float"
  | "double"
  | "string"
  | "binary"
  | "date"
  | "timestamp"
  | "timestamp_ntz"
  | "variant"
  | "void";

export interface PrimitiveType {
  readonly kind: "primitive";
  readonly name: PrimitiveName;
}
export interface DecimalType {
  readonly kind: "decimal";
  readonly precision: number;
  readonly scale: number;
}
export interface StructType {
  readonly kind: "struct";
  readonly fields: readonly StructField[];
}
export interface ArrayType {
  readonly kind: "array";
  readonly element: DataType;
  readonly containsNull: boolean;
}
export interface MapType {
  readonly kind: "map";
  readonly key: DataType;
  readonly value: DataType;
  readonly valueContainsNull: boolean;
}

export interface StructField {
  readonly name: string;
  readonly type: DataType;
  readonly nullable: boolean;
  /** Unknown keys are kept; longs beyond 2^53 are `bigint`. */
  readonly metadata: Readonly<Record<string, unknown>>;
}
