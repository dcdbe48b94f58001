import { abortable } from "../abort.js";
import type { Engine } from "../engine/engine.js";
import { observe } from "../engine/observer.js";
import { isDeltaError } from "../errors.js";
import type { CheckpointFile } from "../log/checkpoint.js";
import { newestCheckpoint } from "../log/checkpoint.js";
import { listLog } from "../log/list-log.js";
import type { LogFile } from "../log/log-file.js";
import { chooseSegment, type LogSegment } from "../log/log-segment.js";
import { SegmentReader } from "../log/segment-reader.js";
import { loadSnapshot, makeSnapshot } from "./load-snapshot.js";
import type { Snapshot } from "./snapshot.js";
import { readTableState } from "./table-state.js";

/** With more commits than this behind its checkpoint, a snapshot moves on to a newer checkpoint when there is one. */
const LONG_TAIL = 64;

/**
 * The newest snapshot of the table, starting from a known one: one listing when nothing is new, and then the very same
 * object; else the new commits are read and nothing else.
 *
 * @throws DeltaError as {@link loadSnapshot} does
 */
export function refreshSnapshot(
  engine: Engine,
  snapshot: Snapshot,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Snapshot> {
  const { signal } = options;
  const operation = { name: "refresh", table: snapshot.root, version: snapshot.version } as const;
  const refresh = async (): Promise<Snapshot> => {
    const files: LogFile[] = [];
    for await (const page of listLog(engine, snapshot.segment.logRoot, snapshot.version + 1, { signal })) {
      files.push(...page);
    }
    if (!files.some((file) => file.kind === "commit" || file.kind === "checkpoint")) return snapshot;
    const segment = extend(snapshot.segment, files);
    if (segment === undefined) return loadSnapshot(engine, snapshot.root, { signal });
    if (segment.version === snapshot.version) return snapshot;
    try {
      const reader = new SegmentReader(engine, segment, snapshot.reader);
      const state = await readTableState(engine, reader, signal, snapshot);
      return await makeSnapshot(snapshot.root, segment, reader, state, signal);
    } catch (error) {
      if (isDeltaError(error, "FILE_NOT_FOUND")) return loadSnapshot(engine, snapshot.root, { signal });
      throw error;
    }
  };
  return observe(engine, operation, () => abortable(signal, refresh));
}

/** The old segment and the new commits behind it, or `undefined` where a fresh load is better. */
function extend(old: LogSegment, files: readonly LogFile[]): LogSegment | undefined {
  const checkpoints = files.filter((file): file is CheckpointFile => file.kind === "checkpoint");
  if (newestCheckpoint(checkpoints, Number.MAX_SAFE_INTEGER) !== undefined) {
    const commits = files.filter((file) => file.kind === "commit").length;
    if (old.commits.length + commits > LONG_TAIL) return undefined;
  }
  const known: LogFile[] = [...(old.checkpoint?.files ?? []), ...old.commits, ...old.compactions];
  if (old.head !== undefined && old.commits.at(-1) !== old.head) known.push(old.head);
  const newer = files.filter((file) => file.kind !== "checkpoint");
  try {
    return chooseSegment(old.logRoot, [...known, ...newer], undefined);
  } catch (error) {
    if (isDeltaError(error, "LOG_GAP")) return undefined;
    throw error;
  }
}
