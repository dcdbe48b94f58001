import { wrongAnswer } from "./object-error.js";
import type { ObjectPieces } from "./object-pieces.js";

/** Copies a body to where it belongs, and makes sure that it is just as long. */
export async function fill(into: Uint8Array, body: ObjectPieces, url: string): Promise<Uint8Array> {
  let filled = 0;
  for await (const piece of body.pieces()) {
    if (filled + piece.length <= into.length) into.set(piece, filled);
    filled += piece.length;
  }
  if (filled !== into.length) throw wrongAnswer(url, `${filled} bytes came instead of ${into.length}`);
  return into;
}

/** Memory that is not cleared first, since it will be filled or thrown away. */
export function newBytes(length: number): Uint8Array {
  return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
}
