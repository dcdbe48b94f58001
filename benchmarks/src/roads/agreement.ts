import type { Found } from "./road.js";

/** Whether two runs found the same version, protocol and metadata, and as many files, bytes and rows. */
export function sameCounts(a: Found, b: Found): boolean {
  return a.version === b.version && a.head === b.head && a.files === b.files && a.size === b.size && a.rows === b.rows;
}

/** Whether two checks found the same down to the last value. */
export function sameValues(a: Found, b: Found): boolean {
  return sameCounts(a, b) && a.digest === b.digest;
}
