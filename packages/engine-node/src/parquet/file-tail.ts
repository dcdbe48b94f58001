import { type OpenParquetOptions, roundTripOf, type Storage } from "@asyncdelta/kernel-core";
import { joinParts } from "./chunk-range.js";
import type { LentMemory } from "./decoder.js";
import { fileCorrupt } from "./file-corrupt.js";
import { fileMemory } from "./memory-pool.js";

/**
 * First guess at what holds the footer, in bytes. Measured: of 2095 files of real and generated tables the largest
 * footer (a checkpoint of a million files) takes 62 158 bytes, the median 15 kB. Where a round trip is costly, twice as much
 * has what a snapshot needs of a checkpoint too, which stands at its end.
 */
const GUESS = { cheap: 64 * 1024, costly: 128 * 1024 } as const;

/** A file of so many bytes comes whole where a round trip is costly: that costs about a sixth of one. */
const SMALL = 512 * 1024;
/** And one of so many, if all of it is wanted anyway; the parts of a larger one had better come side by side. */
const SMALL_AND_WANTED = 8 * 1024 * 1024;

/** Magic at the start; footer length and magic at the end. */
const SMALLEST = 12;
const TRAILER = 8;
const PAR1 = 0x31524150;
const PARE = 0x45524150;

/** The end of a file. */
export interface FileTail {
  /** Where in the file `bytes` starts; it goes to the end. */
  readonly start: number;
  readonly bytes: Uint8Array;
  /** The Thrift-encoded FileMetaData in `bytes`. */
  readonly footer: Uint8Array;
  /** Of the file as it was when its footer was read: what is read of it later must be of the same. */
  readonly etag: string | undefined;
  /** What `bytes` lie in, where they are a larger file that came whole: to be given back once it has been read. */
  readonly memory?: LentMemory | undefined;
}

/**
 * Reads the end of a Parquet file up to and including its whole footer: one request, or two where the footer is larger
 * than usual.
 *
 * @throws `FILE_CORRUPT` when there is no Parquet footer; whatever the storage throws (`FILE_CHANGED` when the file is
 * shorter than `size`).
 */
export async function readTail(
  storage: Storage,
  url: string,
  { size, isReadWhole = false, signal }: OpenParquetOptions,
): Promise<FileTail> {
  if (size < SMALLEST) throw fileCorrupt(url, `${size} bytes are too few for a Parquet file`);
  const roundTrip = roundTripOf(storage, url);
  const isSmall = roundTrip === "costly" && size <= (isReadWhole ? SMALL_AND_WANTED : SMALL);
  const length = isSmall ? size : Math.min(size, GUESS[roundTrip]);
  const memory = length > SMALL ? fileMemory.lend() : undefined;
  let start = size - length;
  let etag: string | undefined;
  const onEtag = (seen: string) => {
    etag = seen;
  };
  let bytes = await storage.read(url, { range: { offset: start, length }, onEtag, allocate: memory?.allocate, signal });
  const footerLength = checkTrailer(bytes, url, size);
  const missing = footerLength + TRAILER - bytes.length;
  if (missing > 0) {
    const range = { offset: start - missing, length: missing };
    const head = await storage.read(url, { range, ifMatch: etag, signal });
    bytes = joinParts([head, bytes]);
    start -= missing;
  }
  if (start === 0 && littleEndian(bytes, 0) !== PAR1) throw fileCorrupt(url, "it does not start with the magic PAR1");
  const end = bytes.length - TRAILER;
  return { start, bytes, footer: bytes.subarray(end - footerLength, end), etag, memory };
}

/** What of a tail is kept with its file: of a larger file that has come whole, the footer, in memory of its own. */
export function keptTail(tail: FileTail): FileTail {
  const { start, bytes, footer } = tail;
  if (start > 0 || bytes.length <= SMALL) return tail;
  const end = bytes.slice(-(footer.length + TRAILER));
  const at = { start: bytes.length - end.length, footer: end.subarray(0, footer.length) };
  return { ...at, bytes: end, etag: tail.etag };
}

function checkTrailer(bytes: Uint8Array, url: string, size: number): number {
  const magic = littleEndian(bytes, bytes.length - 4);
  if (magic === PARE) throw fileCorrupt(url, "its footer is encrypted, which this reader does not read");
  if (magic !== PAR1) throw fileCorrupt(url, `its ${size} bytes do not end with the magic PAR1`);
  const length = littleEndian(bytes, bytes.length - TRAILER);
  if (length > size - SMALLEST) throw fileCorrupt(url, `a footer of ${length} bytes does not fit into ${size} bytes`);
  return length;
}

function littleEndian(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at, true);
}
