import {
  type ByteRange,
  checkRange,
  DeltaError,
  type ReadOptions,
  type ReadRangesOptions,
  throwIfAborted,
} from "@asyncdelta/kernel-core";
import { coalesceRanges } from "./coalesce-ranges.js";
import { fileError } from "./file-error.js";
import { etagOf } from "./file-meta.js";
import { pathOf } from "./file-url.js";
import { OpenFile } from "./open-file.js";

/** Reading over a gap of this size costs less than another request to the thread pool. */
const GAP_BYTES = 64 * 1024;
const READS_AT_ONCE = 4;
/** Large enough that what is done with a piece outweighs the asking for it. */
const PIECE_BYTES = 4 * 1024 * 1024;

/** `Storage.read` for local files. */
export async function readFile(url: string, options: ReadOptions): Promise<Uint8Array> {
  if (options.range !== undefined) checkRange(options.range, url);
  return withFile(url, options, async (file) =>
    file.read(options.range ?? (await wholeOf(file)), options.signal, options.allocate),
  );
}

/** `Storage.readRanges` for local files. Ranges that lie near each other come as views of one buffer. */
export async function readFileRanges(
  url: string,
  ranges: readonly ByteRange[],
  options: ReadRangesOptions,
): Promise<Uint8Array[]> {
  for (const range of ranges) checkRange(range, url);
  throwIfAborted(options.signal);
  if (ranges.length === 0) return [];
  return withFile(url, options, async (file) => {
    const parts = new Array<Uint8Array>(ranges.length);
    const merged = coalesceRanges(ranges, GAP_BYTES);
    let next = 0;
    const lane = async () => {
      while (next < merged.length) {
        const { offset, length, members } = merged[next++]!;
        const bytes = await file.read({ offset, length }, options.signal, options.allocate);
        for (const index of members) {
          const start = ranges[index]!.offset - offset;
          parts[index] = bytes.subarray(start, start + ranges[index]!.length);
        }
      }
    };
    const lanes = await Promise.allSettled(Array.from({ length: Math.min(READS_AT_ONCE, merged.length) }, lane));
    for (const result of lanes) if (result.status === "rejected") throw result.reason;
    return parts;
  });
}

/** `Storage.stream` for local files. The next piece is read while the consumer works on this one. */
export async function* streamFile(url: string, options: ReadOptions): AsyncGenerator<Uint8Array, void, undefined> {
  if (options.range !== undefined) checkRange(options.range, url);
  const file = await openFile(url, options);
  let pending: Promise<Uint8Array> | undefined;
  try {
    const range = options.range ?? (await wholeOf(file));
    const end = range.offset + range.length;
    await file.checkSize(range);
    const pieceFrom = (offset: number) =>
      file.read({ offset, length: Math.min(PIECE_BYTES, end - offset) }, options.signal);

    pending = pieceFrom(range.offset);
    for (let offset = range.offset; offset < end; offset += PIECE_BYTES) {
      const piece = await pending;
      throwIfAborted(options.signal);
      pending = pieceFrom(Math.min(offset + PIECE_BYTES, end));
      // Its failure is thrown when its turn comes.
      pending.catch(() => {});
      yield piece;
    }
    await pending;
  } catch (error) {
    throw fileError(error, url);
  } finally {
    await pending?.catch(() => {});
    await file.close();
  }
}

async function wholeOf(file: OpenFile): Promise<ByteRange> {
  return { offset: 0, length: (await file.stat()).size };
}

/** Opens, works and closes, whatever happens. */
async function withFile<T>(url: string, options: ReadRangesOptions, work: (file: OpenFile) => Promise<T>): Promise<T> {
  const file = await openFile(url, options);
  try {
    return await work(file);
  } catch (error) {
    throw fileError(error, url);
  } finally {
    await file.close();
  }
}

async function openFile(url: string, { signal, ifMatch }: ReadRangesOptions): Promise<OpenFile> {
  const path = pathOf(url);
  throwIfAborted(signal);
  let file: OpenFile | undefined;
  try {
    file = await OpenFile.open(path, url);
    throwIfAborted(signal);
    if (ifMatch !== undefined && etagOf(await file.stat()) !== ifMatch) {
      throw new DeltaError("FILE_CHANGED", `${url} was replaced while it was read.`, { path: url });
    }
    return file;
  } catch (error) {
    await file?.close();
    throw fileError(error, url);
  }
}
