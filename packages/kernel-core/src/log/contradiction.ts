import type { LogActions } from "../actions/commit-actions.js";
import { deletionVectorUniqueId } from "../actions/deletion-vector-id.js";

/**
 * Whether two file actions of a compaction concern one path without saying which is the newer. A reconciled compaction
 * may remove a file with one deletion vector and add it with another, but it names no logical file twice.
 */
export function hasContradiction(actions: LogActions): boolean {
  const seen = new Set<string>();
  for (const { path, deletionVector: dv } of [...actions.adds, ...actions.removes]) {
    const key = dv === undefined ? path : `${path}\u0000${deletionVectorUniqueId(dv)}`;
    if (seen.has(key)) return true;
    seen.add(key);
  }
  return false;
}
