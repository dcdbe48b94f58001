/** Memory that is not cleared first, since it will be filled or thrown away. */
export function newBytes(length: number): Uint8Array {
  return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
}
