import type { ByteRange } from "@asyncdelta/kernel-core";
import { coalesceRanges, type MergedRange } from "../storage/coalesce-ranges.js";

/** What has been measured of a store: see `HttpClient.measured`. */
export interface Measured {
  readonly firstByteMs: number;
  readonly bytesPerMs: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;

/** Reading over a gap is worth as many bytes as come in the time of another request. */
const GAP = { least: 32 * KIB, most: 4 * MIB } as const;
/**
 * A part is worth a request of its own when it takes several times as long as the request before its first byte.
 * Requests are paid for one by one, so that parts are never small.
 */
const PART = { firstBytes: 4, least: 8 * MIB, most: 64 * MIB } as const;

/** A range of so many bytes or fewer is one request, whatever has been measured. */
export const SMALL_BYTES: number = PART.least;

/** The largest gap, in bytes, that is read over. */
export function gapBytes({ firstByteMs, bytesPerMs }: Measured): number {
  return clamp(firstByteMs * bytesPerMs, GAP);
}

/** How many bytes one request asks for at most, about. */
export function partBytes({ firstByteMs, bytesPerMs }: Measured): number {
  return clamp(PART.firstBytes * firstByteMs * bytesPerMs, PART);
}

/** Near ranges together, ascending; empty ones are left out. */
export function mergeRanges(ranges: readonly ByteRange[], measured: Measured): MergedRange[] {
  const indexes = Array.from(ranges.keys()).filter((index) => ranges[index]!.length > 0);
  const merged = coalesceRanges(
    indexes.map((index) => ranges[index]!),
    gapBytes(measured),
  );
  return merged.map(({ members, ...range }) => ({ ...range, members: members.map((member) => indexes[member]!) }));
}

/**
 * A range in parts of nearly one size. Lazily: a length out of damaged metadata may be absurd, and then the first part
 * fails.
 */
export function* splitRange({ offset, length }: ByteRange, measured: Measured): Generator<ByteRange, void, undefined> {
  const count = Math.max(1, Math.round(length / partBytes(measured)));
  const size = Math.ceil(length / count);
  for (let at = 0; at < length; at += size) yield { offset: offset + at, length: Math.min(size, length - at) };
}

function clamp(value: number, { least, most }: { readonly least: number; readonly most: number }): number {
  if (Number.isNaN(value)) return least;
  return Math.min(Math.max(Math.round(value), least), most);
}
