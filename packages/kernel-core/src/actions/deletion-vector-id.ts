import type { DeletionVectorDescriptor } from "./add-file.js";

/**
 * Tells the deletion vectors of one data file apart. With the file's path it is the key of log replay.
 * An absent offset and the offset 0 give different ids. PROTOCOL.md, "Derived Fields" of deletion vectors.
 */
export function deletionVectorUniqueId({ storageType, pathOrInlineDv, offset }: DeletionVectorDescriptor): string {
  const id = storageType + pathOrInlineDv;
  return offset === undefined ? id : `${id}@${offset}`;
}
