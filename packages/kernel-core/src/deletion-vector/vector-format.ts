import { corruptVector } from "./corrupt-vector.js";
import { crc32 } from "./crc32.js";

/** First four bytes of a serialised vector, little-endian. PROTOCOL.md, "Deletion Vector Format". */
export const PORTABLE_MAGIC = 1681511377;
/** Another layout, which Delta uses in memory and which the protocol does not have. */
export const NATIVE_MAGIC = 1681511376;

/** First byte of a deletion vector file. */
export const FILE_VERSION = 1;
/** Bytes around a vector in a file: its size before, its checksum behind. */
export const FRAME_BYTES = 8;

/**
 * The vector's own bytes out of the `size + FRAME_BYTES` bytes that hold it in a file: checked against the size that the
 * log has and the file's checksum. Both numbers are big-endian. PROTOCOL.md, "Deletion Vector File Storage Format".
 */
export function unframeVector(framed: Uint8Array, size: number, path: string): Uint8Array {
  const view = new DataView(framed.buffer, framed.byteOffset, framed.byteLength);
  if (framed.length !== size + FRAME_BYTES || view.getUint32(0) !== size) {
    throw corruptVector(
      path,
      `its file gives it ${framed.length < 4 ? "no" : view.getUint32(0)} bytes, the log ${size}`,
    );
  }
  const bytes = framed.subarray(4, 4 + size);
  if (crc32(bytes) !== view.getUint32(4 + size)) throw corruptVector(path, "its checksum is wrong");
  return bytes;
}

/** The whole of a deletion vector file, and where in it each of the vectors is. */
export interface VectorFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The `offset` of each vector's descriptor. */
  readonly offsets: readonly number[];
}

/** Lays out serialised vectors as a deletion vector file. */
export function frameVectors(vectors: readonly Uint8Array[]): VectorFile {
  const bytes = new Uint8Array(vectors.reduce((size, vector) => size + vector.length + FRAME_BYTES, 1));
  const view = new DataView(bytes.buffer);
  const offsets: number[] = [];
  bytes[0] = FILE_VERSION;
  let at = 1;
  for (const vector of vectors) {
    offsets.push(at);
    view.setUint32(at, vector.length);
    bytes.set(vector, at + 4);
    view.setUint32(at + 4 + vector.length, crc32(vector));
    at += vector.length + FRAME_BYTES;
  }
  return { bytes, offsets };
}
