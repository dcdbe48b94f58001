/** Memory of its own that is not cleared first, since it will be filled or thrown away. It may be transferred. */
export function newBytes(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer as ArrayBuffer);
}
