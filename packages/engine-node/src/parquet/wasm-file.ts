import { type ShownChunk, writeFooter } from "./wasm-footer.js";
import type { Checksum } from "./wasm-request.js";
import type { ShownSchema } from "./wasm-schema.js";
import type { Window } from "./wasm-window.js";

const MAGIC: Uint8Array = new TextEncoder().encode("PAR1");
const TRAILER = 8;

/** A Parquet file of a window. */
export interface SmallFile<B extends ArrayBufferLike> {
  readonly bytes: Uint8Array<B>;
  /** Of those of its pages that have one. */
  readonly checksums: readonly Checksum[];
}

/**
 * Puts a file together from the pages of a window: magic, column chunks, footer, length of the footer, magic. It lies in
 * what `allocate` gives for its length.
 */
export function buildFile<B extends ArrayBufferLike>(
  schema: ShownSchema,
  window: Window,
  allocate: (length: number) => Uint8Array<B>,
): SmallFile<B> {
  const chunks: ShownChunk[] = [];
  let offset = MAGIC.length;
  for (const { meta, pages } of window.chunks) {
    const length = pages.reduce((sum, { bytes }) => sum + bytes.length, 0);
    chunks.push({ meta, offset, length });
    offset += length;
  }
  const footer = writeFooter(schema, chunks, window.end);
  const bytes = allocate(offset + footer.length + TRAILER);
  const checksums: Checksum[] = [];
  let at = MAGIC.length;
  bytes.set(MAGIC);
  for (const page of window.chunks.flatMap(({ pages }) => pages)) {
    bytes.set(page.bytes, at);
    const end = at + page.bytes.length;
    if (page.crc !== undefined) checksums.push({ start: at + page.body, end, crc: page.crc });
    at = end;
  }
  bytes.set(footer, at);
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(at + footer.length, footer.length, true);
  bytes.set(MAGIC, at + footer.length + 4);
  return { bytes, checksums };
}
