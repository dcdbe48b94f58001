import { type ShownChunk, writeFooter } from "./wasm-footer.js";
import type { ShownSchema } from "./wasm-schema.js";
import type { Window } from "./wasm-window.js";

const MAGIC: Uint8Array = new TextEncoder().encode("PAR1");
const TRAILER = 8;

/** A Parquet file in memory of its own, and where its column chunks are. */
export interface SmallFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly chunks: readonly ShownChunk[];
}

/** Puts a file together from the pages of a window: magic, column chunks, footer, length of the footer, magic. */
export function buildFile(schema: ShownSchema, window: Window): SmallFile {
  const chunks: ShownChunk[] = [];
  let offset = MAGIC.length;
  for (const { meta, parts } of window.chunks) {
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    chunks.push({ meta, offset, length });
    offset += length;
  }
  const footer = writeFooter(schema, chunks, window.end);
  const bytes = new Uint8Array(offset + footer.length + TRAILER);
  bytes.set(MAGIC);
  let at = MAGIC.length;
  for (const { parts } of window.chunks) {
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
  }
  bytes.set(footer, at);
  new DataView(bytes.buffer).setUint32(at + footer.length, footer.length, true);
  bytes.set(MAGIC, at + footer.length + 4);
  return { bytes, chunks };
}
