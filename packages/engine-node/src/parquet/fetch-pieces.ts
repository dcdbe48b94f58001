import type { ByteRange, ReadRangesOptions, Storage } from "@asyncdelta/kernel-core";
import { copyBytes } from "../copy-bytes.js";
import { newBytes } from "../new-bytes.js";
import type { FilePiece } from "./decoder.js";
import type { FileTail } from "./file-tail.js";

/**
 * Fetches the planned ranges of a file, which are in ascending order, one request of the storage for all of them; what the tail
 * holds already is taken from it and not asked for.
 */
export async function fetchPieces(
  storage: Storage,
  url: string,
  ranges: readonly ByteRange[],
  tail: FileTail,
  { allocate = newBytes, signal }: Pick<ReadRangesOptions, "allocate" | "signal">,
): Promise<FilePiece[]> {
  const missing = ranges
    .map(({ offset, length }) => ({ offset, length: Math.min(length, tail.start - offset) }))
    .filter(({ length }) => length > 0);
  const memory = new RoomyMemory(allocate, overlapOf(ranges, tail));
  const options = { ifMatch: tail.etag, allocate: memory.allocate, signal };
  const fetched = missing.length > 0 ? await storage.readRanges(url, missing, options) : [];
  let next = 0;
  return ranges.flatMap(({ offset, length }): FilePiece[] => {
    const start = Math.max(offset, tail.start);
    const end = offset + length;
    const head = offset < tail.start ? fetched[next++]! : undefined;
    if (end <= start) return [{ offset, bytes: head! }];
    const rest = tail.bytes.subarray(start - tail.start, end - tail.start);
    if (head === undefined) return [{ offset, bytes: rest }];
    const joined = memory.append(head, rest);
    return joined === undefined
      ? [
          { offset, bytes: head },
          { offset: start, bytes: rest },
        ]
      : [{ offset, bytes: joined }];
  });
}

/** How many bytes the tail has of the last range that begins before it. */
function overlapOf(ranges: readonly ByteRange[], { start }: FileTail): number {
  const crossing = ranges.find(({ offset, length }) => offset < start && offset + length > start);
  return crossing === undefined ? 0 : crossing.offset + crossing.length - start;
}

/** Memory that has some room behind what is read into it, where the rest can be put: what is fetched may be long. */
class RoomyMemory {
  readonly #room: number;
  readonly #given = new Map<ArrayBufferLike, Uint8Array>();
  readonly allocate: (length: number) => Uint8Array;

  constructor(allocate: (length: number) => Uint8Array, room: number) {
    this.#room = room;
    this.allocate =
      room === 0
        ? allocate
        : (length) => {
            const bytes = allocate(length + room);
            this.#given.set(bytes.buffer, bytes);
            return bytes.subarray(0, length);
          };
  }

  /** One piece of two; nothing where the first does not lie in front of the room, as that of a storage's own memory. */
  append(first: Uint8Array, second: Uint8Array): Uint8Array | undefined {
    const given = this.#given.get(first.buffer);
    if (given === undefined || second.length > this.#room) return undefined;
    const at = first.byteOffset - given.byteOffset;
    if (at < 0 || at + first.length !== given.length - this.#room) return undefined;
    copyBytes(given, second, at + first.length);
    return given.subarray(at, at + first.length + second.length);
  }
}
