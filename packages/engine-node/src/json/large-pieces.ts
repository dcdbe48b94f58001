import { newBytes } from "../new-bytes.js";

/** How large the pieces are that small ones are put together to. */
const PIECE_BYTES = 4 * 1024 * 1024;
/** From here on, a piece is left as it is. */
const LARGE_BYTES = 1024 * 1024;

/** The same bytes in pieces of some megabytes, each in memory of its own. */
export async function* largePieces(
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  let filling: Uint8Array<ArrayBuffer> | undefined;
  let filled = 0;
  for await (const piece of pieces) {
    if (filling === undefined && piece.length >= LARGE_BYTES && ownsMemory(piece)) {
      yield piece;
      continue;
    }
    for (let taken = 0; taken < piece.length; ) {
      filling ??= newBytes(PIECE_BYTES);
      const part = piece.subarray(taken, taken + filling.length - filled);
      filling.set(part, filled);
      filled += part.length;
      taken += part.length;
      if (filled < filling.length) continue;
      yield filling;
      filling = undefined;
      filled = 0;
    }
  }
  if (filling !== undefined) yield filling.subarray(0, filled);
}

/** Whether nothing else lives in the memory of this array. */
function ownsMemory(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer && bytes.length === bytes.buffer.byteLength;
}
