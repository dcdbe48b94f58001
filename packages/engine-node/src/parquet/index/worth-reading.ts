import { type ByteRange, roundTripOf, type Storage } from "@asyncdelta/kernel-core";
import type { FileTail } from "../file-tail.js";

/** Bytes that must be in question for a further round trip: about what the storage reads in the time of one. */
const ROUND_TRIP = { cheap: 64 * 1024, costly: 512 * 1024 } as const;
/** What is read for it may be this part of them. */
const SHARE = 8;

/**
 * Whether to read something that may spare other ranges of a file: always if it is here already, with its tail; otherwise if
 * these are much larger, and large enough for a round trip.
 */
export function isWorthReading(
  { storage, url, tail }: { readonly storage: Storage; readonly url: string; readonly tail: FileTail },
  cost: readonly ByteRange[],
  spared: readonly { readonly offset: number; readonly compressedSize: number }[],
): boolean {
  const missing = (offset: number, length: number) => Math.max(0, Math.min(length, tail.start - offset));
  const costs = cost.reduce((sum, { offset, length }) => sum + missing(offset, length), 0);
  if (costs === 0) return true;
  const gain = spared.reduce((sum, { offset, compressedSize }) => sum + missing(offset, compressedSize), 0);
  return gain >= ROUND_TRIP[roundTripOf(storage, url)] && costs * SHARE <= gain;
}
