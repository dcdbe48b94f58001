import { DeltaError } from "../errors.js";

/** The `DELETION_VECTOR_CORRUPT` error of the vector at `path` (a URL, or the data file's path if it is inline). */
export function corruptVector(path: string, reason: string, cause?: unknown): DeltaError {
  const message =
    `The deletion vector ${path} cannot be used: ${reason}. Without it deleted rows would come back, so that its data ` +
    "file is not read. Restore the file, or read a version of the table from before it was written.";
  return new DeltaError("DELETION_VECTOR_CORRUPT", message, cause === undefined ? { path } : { path, cause });
}
