import { copyBytes, isShared } from "../copy-bytes.js";
import { type ShownChunk, writeFooter } from "./wasm-footer.js";
import type { Checksum, FileParts } from "./wasm-request.js";
import type { ShownSchema } from "./wasm-schema.js";
import type { Window } from "./wasm-window.js";

const MAGIC: Uint8Array = new TextEncoder().encode("PAR1");
const TRAILER = 8;

/** A Parquet file of a window. */
export interface SmallFile {
  readonly file: FileParts;
  /** Of those of its pages that have one. */
  readonly checksums: readonly Checksum[];
}

/**
 * Plans a file of the pages of a window: magic, column chunks, footer, length of the footer, magic. Pages in memory that
 * is shared with the workers stay where they are; all else is copied to what `allocate` gives, which must be such memory.
 */
export function planFile(schema: ShownSchema, window: Window, allocate: (length: number) => Uint8Array): SmallFile {
  const chunks: ShownChunk[] = [];
  const checksums: Checksum[] = [];
  const contents: Uint8Array[] = [MAGIC];
  let at = MAGIC.length;
  for (const { meta, pages } of window.chunks) {
    const offset = at;
    for (const { bytes, body, crc } of pages) {
      contents.push(bytes);
      if (crc !== undefined) checksums.push({ start: at + body, end: at + bytes.length, crc });
      at += bytes.length;
    }
    chunks.push({ meta, offset, length: at - offset });
  }
  const footer = writeFooter(schema, chunks, window.end);
  contents.push(footer, trailer(footer.length));
  return { file: place(contents, allocate), checksums };
}

function trailer(footerLength: number): Uint8Array {
  const bytes = new Uint8Array(TRAILER);
  new DataView(bytes.buffer).setUint32(0, footerLength, true);
  bytes.set(MAGIC, 4);
  return bytes;
}

/** Says where the contents lie, once those that are not in shared memory have been copied to it. */
function place(contents: readonly Uint8Array[], allocate: (length: number) => Uint8Array): FileParts {
  const made = allocate(contents.reduce((sum, bytes) => sum + (isShared(bytes) ? 0 : bytes.length), 0));
  const buffers: SharedArrayBuffer[] = [];
  const places: FileParts["places"][number][] = [];
  let [length, filled] = [0, 0];
  for (const bytes of contents) {
    length += bytes.length;
    let lying = bytes;
    if (!isShared(bytes)) {
      copyBytes(made, bytes, filled);
      lying = made.subarray(filled, filled + bytes.length);
      filled += bytes.length;
    }
    if (!isShared(lying)) throw new Error("memory that was to be shared is not");
    let buffer = buffers.indexOf(lying.buffer);
    if (buffer < 0) buffer = buffers.push(lying.buffer) - 1;
    const last = places.at(-1);
    // Pages mostly follow each other where they were read to.
    if (last?.buffer === buffer && last.offset + last.length === lying.byteOffset) {
      places[places.length - 1] = { ...last, length: last.length + lying.length };
    } else {
      places.push({ buffer, offset: lying.byteOffset, length: lying.length });
    }
  }
  return { length, buffers, places };
}
