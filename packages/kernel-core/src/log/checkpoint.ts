import type { LogFile } from "./log-file.js";

/** A complete checkpoint, as the names in the log tell. PROTOCOL.md, "Checkpoints". */
export interface Checkpoint {
  readonly version: number;
  /** One file, or every part of a multi-part checkpoint in order. */
  readonly files: readonly CheckpointFile[];
}

export type CheckpointFile = Extract<LogFile, { kind: "checkpoint" }>;

/**
 * The newest complete checkpoint not newer than `version`. Parts that are missing make a set incomplete, empty files do
 * not count, and sets of different sizes are kept apart. Several at one version hold the same state; the choice among
 * them is fixed: UUID-named before multi-part before classic, then more parts, then the greater name.
 */
export function newestCheckpoint(files: Iterable<CheckpointFile>, version: number): Checkpoint | undefined {
  let best: Checkpoint | undefined;
  for (const candidate of completeCheckpoints(files)) {
    if (candidate.version > version) continue;
    if (best === undefined || candidate.version > best.version || isPreferred(candidate, best)) best = candidate;
  }
  return best;
}

function isPreferred(candidate: Checkpoint, best: Checkpoint): boolean {
  if (candidate.version !== best.version) return false;
  const rank = (c: Checkpoint) => ("uuid" in c.files[0]! ? 2 : "parts" in c.files[0]! ? 1 : 0);
  if (rank(candidate) !== rank(best)) return rank(candidate) > rank(best);
  if (candidate.files.length !== best.files.length) return candidate.files.length > best.files.length;
  return candidate.files[0]!.url > best.files[0]!.url;
}

function* completeCheckpoints(files: Iterable<CheckpointFile>): Generator<Checkpoint> {
  const sets = new Map<string, CheckpointFile[]>();
  for (const file of files) {
    if (file.size === 0) continue;
    if (!("parts" in file)) {
      yield { version: file.version, files: [file] };
      continue;
    }
    const key = `${file.version}/${file.parts}`;
    const set = sets.get(key);
    if (set === undefined) sets.set(key, [file]);
    else set.push(file);
  }
  for (const set of sets.values()) {
    const first = set[0]!;
    if ("parts" in first && set.length === first.parts) {
      set.sort((a, b) => ("part" in a && "part" in b ? a.part - b.part : 0));
      yield { version: first.version, files: set };
    }
  }
}
