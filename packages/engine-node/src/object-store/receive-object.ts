import { throwIfAborted } from "@asyncdelta/kernel-core";
import { wrongAnswer } from "./object-error.js";
import type { ObjectPieces } from "./object-pieces.js";
import type { StoreContext } from "./store-context.js";

/** What a body of unknown length is counted as. */
const UNKNOWN_BYTES = 1024 * 1024;

/**
 * Waits until so many bytes may come, and then receives them. The permit is asked for once the answer is there: so
 * whoever holds bytes has its socket already and gets on, and none waits for one that waits for it.
 */
export async function received<T>(
  { bytesInFlight }: StoreContext,
  body: ObjectPieces,
  bytes: number | undefined,
  signal: AbortSignal | undefined,
  receive: () => Promise<T>,
): Promise<T> {
  const weight = Math.max(1, bytes ?? UNKNOWN_BYTES);
  const permit = await bytesInFlight.acquire({ weight, signal }).catch(async (error) => {
    await body.cancel();
    throwIfAborted(signal);
    throw error;
  });
  try {
    return await receive();
  } finally {
    permit.release();
  }
}

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
