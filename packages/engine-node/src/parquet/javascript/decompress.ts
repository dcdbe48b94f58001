import { promisify } from "node:util";
import * as zlib from "node:zlib";
import type { CompressionCodec } from "hyparquet";
import { decompressLz4, decompressLz4Raw } from "./lz4.js";
import { decompressSnappy } from "./snappy.js";
import type { Turn } from "./turn.js";

/** From this size on, zlib works on a thread of its own; below, the way there costs more than the work. */
const LARGE = 64 * 1024;
/** How much of the compressed bytes the JavaScript Zstandard gets at a time. */
const ZSTD_SLICE = 16 * 1024;

/** Node's own Zstandard: from 22.15 and 23.8 on. */
type ZlibDecompress = (input: Uint8Array, options: zlib.ZlibOptions) => Promise<Uint8Array>;
const { zstdDecompress } = zlib as unknown as { zstdDecompress?: Parameters<typeof promisify>[0] };
const nodeZstd = zstdDecompress && (promisify(zstdDecompress) as unknown as ZlibDecompress);
const unzip = promisify(zlib.unzip) as ZlibDecompress;
const brotli = promisify(zlib.brotliDecompress) as ZlibDecompress;

/** Whether Node decompresses Zstandard itself; JavaScript takes ten times as long. */
export function hasNodeZstd(): boolean {
  return nodeZstd !== undefined;
}

/** Gives memory to decompress to, whose content does not matter. */
type MemoryFor = (size: number) => Uint8Array;
const freshMemory: MemoryFor = (size) => new Uint8Array(size);

/**
 * Decompresses a page to exactly `size` bytes. They may lie in what `memoryFor` gives, if that is given.
 *
 * @throws Error when the bytes are damaged, or the codec is none that this decoder has (LZO).
 */
export async function decompress(
  input: Uint8Array,
  codec: CompressionCodec | undefined,
  size: number,
  turn: Turn,
  memoryFor: MemoryFor = freshMemory,
): Promise<Uint8Array> {
  const output = await decompressBy(codec, input, size, turn, memoryFor);
  if (output.length !== size) throw new Error(`a page has ${output.length} bytes and says ${size}`);
  return output;
}

function decompressBy(
  codec: CompressionCodec | undefined,
  input: Uint8Array,
  size: number,
  turn: Turn,
  memoryFor: MemoryFor,
): Uint8Array | Promise<Uint8Array> {
  if (codec === "UNCOMPRESSED") return input;
  if (size === 0) return new Uint8Array(0);
  switch (codec) {
    case "SNAPPY": {
      checkSnappySize(input, size);
      const output = memoryFor(size);
      decompressSnappy(input, output);
      return output;
    }
    case "GZIP":
      return size < LARGE ? zlib.unzipSync(input, limits(size)) : unzip(input, limits(size));
    case "BROTLI":
      return size < LARGE ? zlib.brotliDecompressSync(input, limits(size)) : brotli(input, limits(size));
    case "ZSTD":
      return nodeZstd ? nodeZstd(input, limits(size)) : decompressZstd(input, size, turn);
    case "LZ4":
      return decompressLz4(input, size);
    case "LZ4_RAW":
      return decompressLz4Raw(input, size);
    default:
      throw new Error(`its compression (${codec ?? "one that is not known"}) cannot be decoded; use another`);
  }
}

/** One buffer of the right size, and never more than that. */
function limits(size: number): { chunkSize: number; maxOutputLength: number } {
  return { chunkSize: Math.max(64, size + 1), maxOutputLength: size };
}

/** Snappy says first how much it will give, so that a damaged size costs no memory. */
export function checkSnappySize(input: Uint8Array, size: number): void {
  let says = 0;
  for (let at = 0, factor = 1; at < 5; at++, factor *= 128) {
    const byte = input[at] ?? 0;
    says += (byte & 0x7f) * factor;
    if (byte < 0x80) break;
  }
  if (says !== size) throw new Error(`a page has ${says} bytes and says ${size}`);
}

async function decompressZstd(input: Uint8Array, size: number, turn: Turn): Promise<Uint8Array> {
  const { Decompress } = await import("fzstd");
  const output = new Uint8Array(size);
  let end = 0;
  const stream = new Decompress((chunk) => {
    if (end + chunk.length > size) throw new Error(`a page has more bytes than the ${size} it says`);
    output.set(chunk, end);
    end += chunk.length;
  });
  for (let at = 0; at < input.length; at += ZSTD_SLICE) {
    await turn.give();
    stream.push(input.subarray(at, at + ZSTD_SLICE), at + ZSTD_SLICE >= input.length);
  }
  return output.subarray(0, end);
}
