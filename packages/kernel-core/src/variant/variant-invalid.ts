/** Bytes that are no variant. Whoever knows the column and the file makes the `DeltaError` of it. */
export class VariantInvalid extends Error {
  override readonly name: string = "VariantInvalid";
}
