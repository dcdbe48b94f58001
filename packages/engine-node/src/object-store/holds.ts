import { HttpRefusal } from "../http/http-call.js";
import { ObjectIdentity } from "./object-identity.js";
import { ObjectPieces } from "./object-pieces.js";
import type { StoreContext } from "./store-context.js";

/** Whether an object has just these bytes; `undefined` if there is none. */
export async function holds(
  store: StoreContext,
  url: string,
  bytes: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<boolean | undefined> {
  const body = new ObjectPieces(store, url, undefined, new ObjectIdentity(url, undefined), signal);
  let length: number | undefined;
  try {
    length = await body.open();
  } catch (error) {
    if (error instanceof HttpRefusal && error.refusal.kind === "absent") return undefined;
    throw error;
  }
  if (length !== undefined && length !== bytes.length) {
    await body.cancel();
    return false;
  }
  let at = 0;
  for await (const piece of body.pieces()) {
    if (!startsWith(bytes.subarray(at), piece)) return false;
    at += piece.length;
  }
  return at === bytes.length;
}

function startsWith(bytes: Uint8Array, piece: Uint8Array): boolean {
  return piece.length <= bytes.length && Buffer.compare(bytes.subarray(0, piece.length), piece) === 0;
}
