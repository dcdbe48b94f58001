import { type ByteRange, checkRange, type ReadRangesOptions, shortObjectError } from "@asyncdelta/kernel-core";
import { parallelMapUnordered } from "@asyncdelta/parallel";
import { HttpRefusal } from "../http/http-call.js";
import { originOf } from "../http/split-url.js";
import { newBytes } from "../new-bytes.js";
import type { MergedRange } from "../storage/coalesce-ranges.js";
import { ask } from "./ask.js";
import { headObject } from "./head-object.js";
import { replacedError, wrongAnswer } from "./object-error.js";
import { ObjectIdentity } from "./object-identity.js";
import { ObjectPieces } from "./object-pieces.js";
import { mergeRanges, SMALL_BYTES, splitRange } from "./plan-requests.js";
import { shownUrl } from "./shown-url.js";
import type { StoreContext } from "./store-context.js";

/** Requests of one call under way at once: the client sets the limit for all calls together. */
const AT_ONCE = 64;

/** `Storage.readRanges` of an object store: near ranges in one request, long ones in several, all side by side. */
export async function readObjectRanges(
  store: StoreContext,
  url: string,
  ranges: readonly ByteRange[],
  { ifMatch, size, onEtag, allocate = newBytes, signal }: ReadRangesOptions,
): Promise<Uint8Array[]> {
  for (const range of ranges) checkRange(range, url);
  if (ranges.length === 0) return [];
  const identity = new ObjectIdentity(url, ifMatch, size);
  const reading: Reading = { store, url, identity, allocate, buffers: new Map() };
  const merged = isOneRequest(ranges)
    ? await readSmall(reading, ranges[0]!, signal)
    : await readMerged(reading, ranges, signal);
  if (size !== undefined && merged.length > 0 && !identity.isSizeTold) await checkEnd(store, url, size, signal);
  if (identity.etag !== undefined) onEtag?.(identity.etag);
  return cut(ranges, merged, reading.buffers, url);
}

/** The usual case goes without anything that many or long ranges need. */
function isOneRequest(ranges: readonly ByteRange[]): boolean {
  return ranges.length === 1 && ranges[0]!.length > 0 && ranges[0]!.length <= SMALL_BYTES;
}

async function readSmall(
  reading: Reading,
  range: ByteRange,
  signal: AbortSignal | undefined,
): Promise<readonly MergedRange[]> {
  const whole = { ...range, members: [0] };
  await readPart(reading, { ...range, whole }, signal);
  return [whole];
}

async function readMerged(
  reading: Reading,
  ranges: readonly ByteRange[],
  signal: AbortSignal | undefined,
): Promise<readonly MergedRange[]> {
  const { store, url, identity } = reading;
  const measured = store.client.measured(originOf(store.service.objectUrl(url)));
  const merged = mergeRanges(ranges, measured);
  if (merged.length === 0) await checkThere(store, url, ranges, { ifMatch: identity.etag, signal });
  const parts = partsOf(merged, (range) => splitRange(range, measured));
  const first = parts.next();
  const second = parts.next();
  if (second.done === true) {
    if (first.done !== true) await readPart(reading, first.value, signal);
  } else {
    const all = chain([first.value as Part, second.value], parts);
    const options = { concurrency: AT_ONCE, signal };
    for await (const _ of parallelMapUnordered(all, (part, task) => readPart(reading, part, task.signal), options));
  }
  return merged;
}

interface Reading {
  readonly store: StoreContext;
  readonly url: string;
  /** One for all parts: none of them may be about another object than the others. */
  readonly identity: ObjectIdentity;
  readonly allocate: (length: number) => Uint8Array;
  /** The bytes of each merged range. */
  readonly buffers: Map<MergedRange, Uint8Array>;
}

/** One request, and the merged range that it is a part of. */
interface Part extends ByteRange {
  readonly whole: MergedRange;
}

function* partsOf(
  merged: readonly MergedRange[],
  split: (range: ByteRange) => Iterable<ByteRange>,
): Generator<Part, void, undefined> {
  for (const whole of merged) for (const part of split(whole)) yield { ...part, whole };
}

function* chain<T>(first: Iterable<T>, second: Iterable<T>): Generator<T, void, undefined> {
  yield* first;
  yield* second;
}

async function readPart(reading: Reading, part: Part, signal: AbortSignal | undefined): Promise<void> {
  const { store, url, identity, allocate, buffers } = reading;
  const { whole, offset, length } = part;
  const body = new ObjectPieces(store, url, part, identity, signal);
  await body.open();
  // Only now is memory taken, since a length from damaged metadata may be absurd.
  if (identity.size !== undefined && whole.offset + whole.length > identity.size) {
    await body.cancel();
    throw shortObjectError(shownUrl(url), whole, identity.size);
  }
  const buffer = buffers.get(whole) ?? allocate(whole.length);
  buffers.set(whole, buffer);
  const at = offset - whole.offset;
  await body.fill(length === buffer.length ? buffer : buffer.subarray(at, at + length));
}

/** The ranges that were asked for, as views of what was fetched. */
function cut(
  ranges: readonly ByteRange[],
  merged: readonly MergedRange[],
  buffers: ReadonlyMap<MergedRange, Uint8Array>,
  url: string,
): Uint8Array[] {
  const parts: Uint8Array[] = ranges.map(() => new Uint8Array(0));
  for (const whole of merged) {
    const buffer = buffers.get(whole);
    if (buffer === undefined) throw wrongAnswer(url, "a part is missing");
    for (const member of whole.members) {
      const start = ranges[member]!.offset - whole.offset;
      parts[member] = buffer.subarray(start, start + ranges[member]!.length);
    }
  }
  return parts;
}

/** Of an object of which no answer tells the length (`Content-Range: bytes 0-9/*`), nothing must come behind its end. */
async function checkEnd(
  store: StoreContext,
  url: string,
  size: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const headers = { range: `bytes=${size}-${size}` };
  try {
    const response = await ask(store, { method: "GET", url: store.service.objectUrl(url), headers }, { signal });
    await response.cancel();
  } catch (error) {
    if (error instanceof HttpRefusal && error.refusal.kind === "range") return;
    throw error;
  }
  throw replacedError(url);
}

/** No bytes are wanted, but the object must be there, the right one, and long enough. */
async function checkThere(
  store: StoreContext,
  url: string,
  ranges: readonly ByteRange[],
  { ifMatch, signal }: ReadRangesOptions,
): Promise<void> {
  const meta = await headObject(store, url, signal);
  if (ifMatch !== undefined && meta.etag !== undefined && meta.etag !== ifMatch) throw replacedError(url);
  const beyond = ranges.find(({ offset }) => offset > meta.size);
  if (beyond !== undefined) throw shortObjectError(shownUrl(url), beyond, meta.size);
}
