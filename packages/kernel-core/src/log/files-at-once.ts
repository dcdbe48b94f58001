import type { Engine } from "../engine/engine.js";
import { roundTripOf } from "../engine/round-trip.js";

/** Bytes of files that are fetched ahead of whoever decodes them, roughly; more of them would wait in memory. */
const AHEAD_BYTES = 96 * 1024 * 1024;

/**
 * How many files of a checkpoint to read at once: over a slow store all that fit into some memory, from a disk no more than can
 * be decoded.
 */
export function filesAtOnce(
  { limits, storage }: Pick<Engine, "limits" | "storage">,
  files: readonly { readonly url: string; readonly size: number }[],
): number {
  const [first] = files;
  if (first !== undefined && roundTripOf(storage, first.url) === "cheap") return limits.decodes;
  const largest = files.reduce((most, { size }) => Math.max(most, size), 1);
  return Math.min(limits.requests, Math.max(limits.decodes, Math.floor(AHEAD_BYTES / largest)));
}
