/** Bytes that are no variant, or none that can be read. Whoever knows column and file makes the `DeltaError` of it. */
export class VariantInvalid extends Error {
  override readonly name: string = "VariantInvalid";
  /** `FILE_CORRUPT` for a contradiction, `TYPE_MISMATCH` for a shredded column of a type that cannot be read. */
  readonly code: "FILE_CORRUPT" | "TYPE_MISMATCH";

  constructor(message: string, code: "FILE_CORRUPT" | "TYPE_MISMATCH" = "FILE_CORRUPT") {
    super(message);
    this.code = code;
  }
}
