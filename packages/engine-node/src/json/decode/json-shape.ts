/**
 * An Arrow field of a type that JSON can be read into, as plain data: it crosses to worker threads, which then need no
 * apache-arrow.
 */
export type JsonShape = JsonLeafShape | JsonGroupShape;

export interface JsonLeafShape {
  readonly name: string;
  readonly nullable: boolean;
  readonly kind: "bool" | "int32" | "int64" | "float64" | "utf8";
  /** Whether a text is only wanted of some rows. */
  readonly isDeferred?: boolean;
}

export interface JsonGroupShape {
  readonly name: string;
  readonly nullable: boolean;
  readonly kind: "struct" | "list" | "map";
  /** Members of a struct, the element of a list, key and value of a map. */
  readonly children: readonly JsonShape[];
}
