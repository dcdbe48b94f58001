import type { ByteRange, Storage } from "@asyncdelta/kernel-core";

const NEWLINE = 0x0a;

/** Whole lines of a file, in memory of their own (which may be moved to another thread), ending in a newline. */
export interface LineBlock {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Bytes of the input before this block. */
  readonly offset: number;
}

export interface LineBlocksOptions {
  readonly range?: ByteRange | undefined;
  readonly prefix?: Uint8Array | undefined;
  readonly signal?: AbortSignal | undefined;
  /** About how large the block is to be that starts behind so many bytes; a longer line makes a larger one. */
  readonly blockBytes: (offset: number) => number;
}

/** Streams a file in blocks of whole lines. The last line gets a newline if it lacks one. */
export async function* lineBlocks(
  storage: Storage,
  url: string,
  { range, prefix, signal, blockBytes }: LineBlocksOptions,
): AsyncGenerator<LineBlock, void, undefined> {
  let offset = 0;
  let block = newBlock(blockBytes(0));
  let filled = 0;

  /** Takes the whole lines out of a full block; what stands behind them begins the next one. */
  function cut(): LineBlock | undefined {
    const end = block.lastIndexOf(NEWLINE, filled - 1) + 1;
    const full = block;
    if (end === 0) {
      block = newBlock(full.length * 2);
      block.set(full);
      return undefined;
    }
    const lines = { bytes: full.subarray(0, end), offset };
    offset += end;
    block = newBlock(Math.max(blockBytes(offset), (filled - end) * 2));
    block.set(full.subarray(end, filled));
    filled -= end;
    return lines;
  }

  for await (const piece of pieces()) {
    for (let taken = 0; taken < piece.length; ) {
      const part = piece.subarray(taken, taken + block.length - filled);
      block.set(part, filled);
      filled += part.length;
      taken += part.length;
      if (filled < block.length) continue;
      const lines = cut();
      if (lines !== undefined) yield lines;
    }
  }
  if (filled === 0) return;
  if (block[filled - 1] !== NEWLINE) block[filled++] = NEWLINE;
  yield { bytes: block.subarray(0, filled), offset };

  async function* pieces(): AsyncGenerator<Uint8Array, void, undefined> {
    if (prefix !== undefined) yield prefix;
    yield* storage.stream(url, { range, signal });
  }
}

/** Memory that is not cleared first. Never full when its last byte is wanted for a newline: `cut` has seen to that. */
function newBlock(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
}
