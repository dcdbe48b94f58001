import type { RoaringBitmap } from "./roaring-bitmap.js";
import { CONTAINER_SIZE, RUN } from "./roaring-containers.js";
import { NO_RUNS_COOKIE, OFFSETS_FROM, RUNS_COOKIE } from "./roaring-decode.js";

/** Containers [from, to) of the bitmap: those whose rows share their high 32 bits. */
interface Bucket {
  readonly key: number;
  readonly from: number;
  readonly to: number;
  readonly hasRuns: boolean;
  readonly headerBytes: number;
}

/** Encodes the bitmap in the portable 64-bit format of RoaringFormatSpec, each container in the kind that it has. */
export function encodeRoaring(bitmap: RoaringBitmap): Uint8Array {
  const { starts, lengths, kinds, keys, ranks, words } = bitmap.containers;
  const buckets = bucketsOf(bitmap);
  let size = 8;
  for (const bucket of buckets) size += 4 + bucket.headerBytes;
  for (let index = 0; index < keys.length; index++) size += containerBytes(bitmap, index);

  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, buckets.length, true);
  let at = 8;
  for (const { key, from, to, hasRuns, headerBytes } of buckets) {
    view.setUint32(at, key, true);
    const start = at + 4;
    const count = to - from;
    view.setUint32(start, hasRuns ? RUNS_COOKIE | ((count - 1) << 16) : NO_RUNS_COOKIE, true);
    if (!hasRuns) view.setUint32(start + 4, count, true);
    const flags = start + 4;
    const headers = hasRuns ? flags + ((count + 7) >>> 3) : start + 8;
    const offsets = headers + 4 * count;
    const hasOffsets = !hasRuns || count >= OFFSETS_FROM;
    at = start + headerBytes;
    for (let index = 0; index < count; index++) {
      const container = from + index;
      const cardinality = ranks[container + 1]! - ranks[container]!;
      view.setUint16(headers + 4 * index, keys[container]! % CONTAINER_SIZE, true);
      view.setUint16(headers + 4 * index + 2, cardinality - 1, true);
      if (hasOffsets) view.setUint32(offsets + 4 * index, at - start, true);
      if (kinds[container] === RUN) {
        bytes[flags + (index >>> 3)]! |= 1 << (index & 7);
        view.setUint16(at, lengths[container]! >>> 1, true);
        at += 2;
      }
      const payload = new Uint8Array(words.buffer, words.byteOffset + 2 * starts[container]!, 2 * lengths[container]!);
      bytes.set(payload, at);
      at += payload.length;
    }
  }
  return bytes;
}

function bucketsOf(bitmap: RoaringBitmap): Bucket[] {
  const { keys, kinds } = bitmap.containers;
  const buckets: Bucket[] = [];
  for (let from = 0; from < keys.length; ) {
    const key = Math.floor(keys[from]! / CONTAINER_SIZE);
    let hasRuns = false;
    let to = from;
    for (; to < keys.length && Math.floor(keys[to]! / CONTAINER_SIZE) === key; to++) hasRuns ||= kinds[to] === RUN;
    const count = to - from;
    const headerBytes = hasRuns ? 4 + ((count + 7) >>> 3) + (count >= OFFSETS_FROM ? 8 : 4) * count : 8 + 8 * count;
    buckets.push({ key, from, to, hasRuns, headerBytes });
    from = to;
  }
  return buckets;
}

function containerBytes({ containers }: RoaringBitmap, index: number): number {
  return 2 * containers.lengths[index]! + (containers.kinds[index] === RUN ? 2 : 0);
}
