import type { DeletionVectorDescriptor } from "../actions/add-file.js";
import { resolveFileUrl } from "../actions/resolve-path.js";
import { corruptVector } from "./corrupt-vector.js";
import { decodeZ85 } from "./z85.js";

/** Characters of a UUID in Base85. */
const UUID_LENGTH = 20;

/** Name of the deletion vector file with this UUID, given as its 16 bytes. PROTOCOL.md, "Derived Fields". */
export function deletionVectorFileName(uuid: Uint8Array): string {
  let hex = "";
  for (const byte of uuid) hex += byte.toString(16).padStart(2, "0");
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return `deletion_vector_${parts.join("-")}.bin`;
}

/**
 * URL of the file that the vector of a descriptor is in, or `undefined` for one that is inline. A relative path
 * (`storageType` `u`) is a directory below the table's root, not encoded, and a UUID; an absolute one (`p`) is a URI as
 * in `add.path`. `tableRoot` is a URL.
 */
export function deletionVectorUrl(tableRoot: string, descriptor: DeletionVectorDescriptor): string | undefined {
  const { storageType, pathOrInlineDv } = descriptor;
  const root = tableRoot.endsWith("/") ? tableRoot : `${tableRoot}/`;
  switch (storageType) {
    case "i":
      return undefined;
    case "p":
      return resolveFileUrl(root, pathOrInlineDv);
    case "u":
      return resolveFileUrl(root, relativePath(pathOrInlineDv));
    default:
      throw corruptVector(pathOrInlineDv, `its storage type is "${storageType}", where u, p and i are known`);
  }
}

function relativePath(text: string): string {
  const uuid = text.slice(-UUID_LENGTH);
  if (uuid.length < UUID_LENGTH) throw corruptVector(text, "its path is too short to hold a UUID");
  const directories = text
    .slice(0, -UUID_LENGTH)
    .split("/")
    .filter((directory) => directory !== "");
  return [...directories.map(encodeURIComponent), deletionVectorFileName(decodeZ85(uuid, text))].join("/");
}
