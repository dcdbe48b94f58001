import { checkRange, type ReadOptions } from "@asyncdelta/kernel-core";
import { newBytes } from "../new-bytes.js";
import { ObjectIdentity } from "./object-identity.js";
import { ObjectPieces } from "./object-pieces.js";
import { readObjectRanges } from "./read-object-ranges.js";
import type { StoreContext } from "./store-context.js";

/** `Storage.read` of an object store. */
export async function readObject(store: StoreContext, url: string, options: ReadOptions): Promise<Uint8Array> {
  const { range, ifMatch, size, signal } = options;
  if (range !== undefined) return (await readObjectRanges(store, url, [range], options))[0]!;
  const identity = new ObjectIdentity(url, ifMatch, size);
  const body = new ObjectPieces(store, url, undefined, identity, signal);
  const length = await body.open();
  const bytes = length === undefined ? await gather(body) : newBytes(length);
  if (length !== undefined) await body.fill(bytes);
  if (identity.etag !== undefined) options.onEtag?.(identity.etag);
  return bytes;
}

/** `Storage.stream` of an object store. */
export async function* streamObject(
  store: StoreContext,
  url: string,
  { range, ifMatch, size, onEtag, signal }: ReadOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (range !== undefined) checkRange(range, url);
  if (range?.length === 0) {
    await readObjectRanges(store, url, [range], { ifMatch, onEtag, signal });
    return;
  }
  const identity = new ObjectIdentity(url, ifMatch, size);
  const body = new ObjectPieces(store, url, range, identity, signal, true);
  await body.open();
  if (identity.etag !== undefined) onEtag?.(identity.etag);
  yield* body.pieces();
}

/** The bytes of a body whose length nobody knew. */
async function gather(body: ObjectPieces): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of body.pieces()) {
    pieces.push(piece);
    length += piece.length;
  }
  const whole = newBytes(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
