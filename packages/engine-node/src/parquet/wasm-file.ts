import { type ShownChunk, writeFooter } from "./wasm-footer.js";
import type { Checksum } from "./wasm-request.js";
import type { ShownSchema } from "./wasm-schema.js";
import type { Window } from "./wasm-window.js";

const MAGIC: Uint8Array = new TextEncoder().encode("PAR1");
const TRAILER = 8;

/** A Parquet file in memory of its own. */
export interface SmallFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Of those of its pages that have one. */
  readonly checksums: readonly Checksum[];
}

/** Puts a file together from the pages of a window: magic, column chunks, footer, length of the footer, magic. */
export function buildFile(schema: ShownSchema, window: Window): SmallFile {
  const chunks: ShownChunk[] = [];
  let offset = MAGIC.length;
  for (const { meta, pages } of window.chunks) {
    const length = pages.reduce((sum, { bytes }) => sum + bytes.length, 0);
    chunks.push({ meta, offset, length });
    offset += length;
  }
  const footer = writeFooter(schema, chunks, window.end);
  const bytes = new Uint8Array(offset + footer.length + TRAILER);
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
  new DataView(bytes.buffer).setUint32(at + footer.length, footer.length, true);
  bytes.set(MAGIC, at + footer.length + 4);
  return { bytes, checksums };
}
