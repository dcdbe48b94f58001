const FRAME_MAGIC = 0x184d2204;
const UNCOMPRESSED_BLOCK = 0x80000000;
const SHORTEST_MATCH = 4;

/**
 * Decompresses parquet's `LZ4`: in Hadoop's framing as parquet-mr writes it, in LZ4's own as old versions of parquet-rs
 * did, or bare, as old versions of parquet-cpp did. See "LZ4" in Compression.md.
 */
export function decompressLz4(input: Uint8Array, size: number): Uint8Array {
  if (input.length >= 4 && littleEndian(input, 0) === FRAME_MAGIC) return decompressFrame(input, size);
  return decompressHadoop(input, size) ?? decompressLz4Raw(input, size);
}

/** Decompresses parquet's `LZ4_RAW`: one bare block, which must fill `size` bytes exactly. */
export function decompressLz4Raw(input: Uint8Array, size: number): Uint8Array {
  const output = new Uint8Array(size);
  const end = decompressBlock(input, output, 0);
  if (end !== size) throw new Error(`LZ4 gave ${end} bytes for ${size}`);
  return output;
}

/** Blocks behind their big-endian sizes, the uncompressed one first; `undefined` if it is not that. */
function decompressHadoop(input: Uint8Array, size: number): Uint8Array | undefined {
  const blocks: { readonly block: Uint8Array; readonly size: number }[] = [];
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  let total = 0;
  for (let at = 0; at < input.length; ) {
    if (at + 8 > input.length) return undefined;
    const blockSize = view.getUint32(at);
    const compressed = view.getUint32(at + 4);
    at += 8;
    total += blockSize;
    if (at + compressed > input.length || total > size) return undefined;
    blocks.push({ block: input.subarray(at, at + compressed), size: blockSize });
    at += compressed;
  }
  if (total !== size) return undefined;
  const output = new Uint8Array(size);
  let end = 0;
  for (const { block, size: blockSize } of blocks) {
    if (decompressBlock(block, output.subarray(end, end + blockSize), 0) !== blockSize) return undefined;
    end += blockSize;
  }
  return output;
}

/** The LZ4 frame format, checksums not looked at. */
function decompressFrame(input: Uint8Array, size: number): Uint8Array {
  const flags = input[4] ?? 0;
  const blockChecksum = (flags & 0x10) !== 0 ? 4 : 0;
  // Magic, flags, block size; content size and dictionary id if flagged; header checksum.
  let at = 7 + ((flags & 0x08) !== 0 ? 8 : 0) + ((flags & 0x01) !== 0 ? 4 : 0);
  const output = new Uint8Array(size);
  let end = 0;
  while (true) {
    if (at + 4 > input.length) throw new Error("an LZ4 frame is cut off");
    const header = littleEndian(input, at);
    at += 4;
    if (header === 0) break;
    const length = header % UNCOMPRESSED_BLOCK;
    if (at + length > input.length) throw new Error("an LZ4 frame is cut off");
    const block = input.subarray(at, at + length);
    at += length + blockChecksum;
    if (header < UNCOMPRESSED_BLOCK) {
      end = decompressBlock(block, output, end);
    } else {
      if (end + length > size) throw new Error("LZ4 gives more bytes than its page has");
      output.set(block, end);
      end += length;
    }
  }
  if (end !== size) throw new Error(`LZ4 gave ${end} bytes for ${size}`);
  return output;
}

/** Decompresses a block into `output` from `start` on, and gives where it ends ("LZ4 Block Format Description"). */
function decompressBlock(input: Uint8Array, output: Uint8Array, start: number): number {
  const last = input.length;
  let at = 0;
  let end = start;
  const extend = (length: number): number => {
    let extended = length;
    let byte = 255;
    while (byte === 255) {
      if (at >= last) throw new Error("an LZ4 block is cut off");
      byte = input[at++]!;
      extended += byte;
    }
    return extended;
  };
  while (at < last) {
    const token = input[at++]!;
    const literals = token >> 4 === 15 ? extend(15) : token >> 4;
    if (at + literals > last) throw new Error("an LZ4 block is cut off");
    if (end + literals > output.length) throw new Error("LZ4 gives more bytes than its page has");
    if (literals > 16) output.set(input.subarray(at, at + literals), end);
    else for (let i = 0; i < literals; i++) output[end + i] = input[at + i]!;
    at += literals;
    end += literals;
    // The last sequence is literals alone.
    if (at === last) return end;
    if (at + 2 > last) throw new Error("an LZ4 block is cut off");
    const distance = input[at]! | (input[at + 1]! << 8);
    at += 2;
    const length = ((token & 15) === 15 ? extend(15) : token & 15) + SHORTEST_MATCH;
    if (distance === 0 || distance > end) throw new Error("LZ4 copies from before its start");
    if (end + length > output.length) throw new Error("LZ4 gives more bytes than its page has");
    // The copy may overlap itself, which repeats what lies between.
    if (distance >= length && length > 16) output.copyWithin(end, end - distance, end - distance + length);
    else for (let i = 0; i < length; i++) output[end + i] = output[end - distance + i]!;
    end += length;
  }
  return end;
}

function littleEndian(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at, true);
}
