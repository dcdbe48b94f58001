import type { ByteRange, Storage } from "@asyncdelta/kernel-core";
import { largePieces } from "./large-pieces.js";

const NEWLINE = 0x0a;

/** Whole lines of a file. */
export interface LineBlock {
  /** One after the other; each ends in a newline. */
  readonly parts: readonly Uint8Array<ArrayBuffer>[];
  /** Whether their memory is nobody else's, so that it may be moved to another thread. */
  readonly isOwned: boolean;
  /** Bytes of the input before this block. */
  readonly offset: number;
  /** Bytes of the block. */
  readonly length: number;
}

export interface LineBlocksOptions {
  readonly range?: ByteRange | undefined;
  readonly prefix?: Uint8Array | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Streams a file in blocks of whole lines, of some megabytes each. The lines stay where the storage has put them: only
 * one that two pieces share is copied, into a part of its own. The last line gets a newline if it lacks one. A prefix with nothing
 * behind it stays the caller's.
 */
export async function* lineBlocks(
  storage: Storage,
  url: string,
  { range, prefix, signal }: LineBlocksOptions,
): AsyncGenerator<LineBlock, void, undefined> {
  let cut: Uint8Array[] = prefix === undefined ? [] : [prefix];
  let offset = 0;

  function blockOf(parts: readonly Uint8Array<ArrayBuffer>[], isOwned = true): LineBlock {
    const block = { parts, isOwned, offset, length: parts.reduce((sum, { length }) => sum + length, 0) };
    offset += block.length;
    return block;
  }

  const pieces = range?.length === 0 ? [] : largePieces(storage.stream(url, { range, signal }));
  for await (const piece of pieces) {
    const end = piece.lastIndexOf(NEWLINE) + 1;
    if (end === 0) {
      cut.push(piece);
      continue;
    }
    const start = cut.length === 0 ? 0 : piece.indexOf(NEWLINE) + 1;
    const parts = start === 0 ? [] : [concat([...cut, piece.subarray(0, start)])];
    if (end > start) parts.push(piece.subarray(start, end));
    cut = end < piece.length ? [piece.slice(end)] : [];
    yield blockOf(parts);
  }
  if (range?.length === 0 && prefix?.at(-1) === NEWLINE && isUnshared(prefix)) {
    yield blockOf([prefix], false);
    return;
  }
  const last = concat([...cut, Uint8Array.of(NEWLINE)]);
  if (last.length > 1) yield blockOf([last]);
}

function isUnshared(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer;
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
