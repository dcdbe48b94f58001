import type { DeletionVectorDescriptor } from "../actions/add-file.js";
import type { Engine } from "../engine/engine.js";
import type { ByteRange, StorageOptions } from "../engine/storage.js";
import { type DeltaError, isDeltaError } from "../errors.js";
import { corruptVector } from "./corrupt-vector.js";
import { type DeletionVector, decodeDeletionVector } from "./deletion-vector.js";
import { FILE_VERSION, FRAME_BYTES, unframeVector } from "./vector-format.js";

/** Where the first vector of a file starts, behind the version byte. Also stands for an absent offset. */
const FIRST_OFFSET = 1;
/** The most a `sizeInBytes` can be, which is a 32-bit integer. */
const MAX_SIZE = 0x7fffffff;
/** Bytes that no vector exceeds by whatever layout: for each row a bucket of its own, and 2^21 empty buckets. */
const MOST_BYTES_PER_ROW = 32;
const MOST_FIXED_BYTES = 12 * 2 ** 21;

/** Where in its file a vector is, size and checksum included; fails if the descriptor can describe none. */
export function vectorRange(descriptor: DeletionVectorDescriptor, path: string): ByteRange {
  const { offset = FIRST_OFFSET, sizeInBytes, cardinality } = descriptor;
  const most = Math.min(MAX_SIZE, MOST_FIXED_BYTES + MOST_BYTES_PER_ROW * cardinality);
  if (!(Number.isSafeInteger(offset) && offset >= FIRST_OFFSET && sizeInBytes > 0 && sizeInBytes <= most)) {
    const reason = `the log gives it offset ${offset}, ${sizeInBytes} bytes and ${cardinality} rows, which no vector has`;
    throw corruptVector(path, reason);
  }
  return { offset, length: sizeInBytes + FRAME_BYTES };
}

/** What became of one vector of a file. */
export type VectorResult = { readonly vector: DeletionVector } | { readonly error: DeltaError };

/**
 * Reads vectors of one file in one request: exactly their bytes, and the file's version byte. A vector that is damaged
 * has its error in its place; what concerns the file as a whole (it is gone, its version is another) throws.
 */
export async function readVectors(
  engine: Engine,
  url: string,
  descriptors: readonly DeletionVectorDescriptor[],
  options: StorageOptions,
): Promise<VectorResult[]> {
  const ranges = descriptors.map((descriptor) => vectorRange(descriptor, url));
  let parts: Uint8Array[];
  try {
    parts = await engine.storage.readRanges(url, [{ offset: 0, length: 1 }, ...ranges], options);
  } catch (error) {
    if (!isDeltaError(error, "FILE_CHANGED")) throw error;
    if (descriptors.length === 1) return [{ error: corruptVector(url, "its file is too short", error) }];
    // One of them ends beyond the file: each is asked for alone, to tell which.
    const each = await Promise.all(descriptors.map((one) => readVectors(engine, url, [one], options)));
    return each.flat();
  }
  const [version, ...framed] = parts;
  if (version![0] !== FILE_VERSION) {
    throw corruptVector(url, `its file has the format version ${version![0]}, where ${FILE_VERSION} is known`);
  }
  return descriptors.map((descriptor, index) => {
    try {
      const bytes = unframeVector(framed[index]!, descriptor.sizeInBytes, url);
      return { vector: decodeDeletionVector(bytes, descriptor.cardinality, url) };
    } catch (error) {
      if (isDeltaError(error, "DELETION_VECTOR_CORRUPT")) return { error };
      throw error;
    }
  });
}
