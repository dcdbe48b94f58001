import { onAbort } from "@asyncdelta/parallel";
import { stoppedOnFailure } from "../abort.js";
import type { TableActions } from "../actions/commit-actions.js";
import type { Metadata } from "../actions/metadata.js";
import type { Protocol } from "../actions/protocol.js";
import type { Engine } from "../engine/engine.js";
import { DeltaError } from "../errors.js";
import type { ChecksumFile } from "../log/log-segment.js";
import type { SegmentReader } from "../log/segment-reader.js";
import { readChecksum } from "../log/version-checksum.js";

/** Protocol and metadata of a version: the newest of each. */
export interface TableState {
  readonly protocol: Protocol;
  readonly metadata: Metadata;
  /** From a checksum. */
  readonly inCommitTimestamp?: number;
}

/**
 * Finds protocol and metadata: in the version's checksum if it has one, else in the commits (all under way at once,
 * newest first) and beside them in the checkpoint, or in the checksum of an older version, which spares what is before
 * it. `older` is the state before the segment's new commits, if known.
 */
export async function readTableState(
  engine: Engine,
  reader: SegmentReader,
  signal: AbortSignal | undefined,
  older?: TableState,
): Promise<TableState> {
  const { checksum, version } = reader.segment;
  if (checksum !== undefined && older === undefined) {
    const known =
      checksum.version === version
        ? await readChecksum(engine, checksum, { signal })
        : await stateSince(engine, reader, checksum, signal);
    if (known !== undefined) return known;
  }
  const beside = new AbortController();
  const stopWaiting = onAbort(signal, () => beside.abort(signal?.reason));
  // Nearly always the newest protocol and metadata are the checkpoint's: it is read beside the commits.
  const checkpoint = older === undefined ? reader.checkpoint?.tableActions({ signal: beside.signal }) : undefined;
  checkpoint?.catch(() => {});
  try {
    const newest = await stateOfCommits(reader, { signal });
    if (isWhole(newest)) return newest;
    const found = merge(newest, older ?? (await checkpoint) ?? {});
    if (isWhole(found)) return found;
    throw missing(found, reader);
  } finally {
    stopWaiting();
    beside.abort();
    await checkpoint?.catch(() => {});
  }
}

/** What the commits behind a checksum say, over what it says itself; `undefined` where that makes no sense. */
async function stateSince(
  engine: Engine,
  reader: SegmentReader,
  checksum: ChecksumFile,
  signal: AbortSignal | undefined,
): Promise<TableState | undefined> {
  return stoppedOnFailure(signal, async (signal) => {
    const before = readChecksum(engine, checksum, { signal });
    before.catch(() => {});
    const newest = await stateOfCommits(reader, { signal, after: checksum.version });
    const state = merge(newest, (await before) ?? {});
    return isWhole(state) ? state : undefined;
  });
}

/** The newest of each that the commits have, as far back as is needed. */
async function stateOfCommits(
  reader: SegmentReader,
  options: { readonly signal: AbortSignal | undefined; readonly after?: number },
): Promise<Partial<TableState>> {
  const { signal } = options;
  let found: Partial<TableState> = {};
  for await (const reading of reader.commits(options)) {
    found = merge(found, reading.actions);
    if (reading.rest !== undefined && !isWhole(found)) found = merge(found, await reader.skim(reading, { signal }));
    if (isWhole(found)) break;
  }
  return found;
}

function merge(
  newer: Partial<TableState>,
  older: Partial<Pick<TableActions, "protocol" | "metadata">>,
): Partial<TableState> {
  const protocol = newer.protocol ?? older.protocol;
  const metadata = newer.metadata ?? older.metadata;
  return { ...(protocol === undefined ? {} : { protocol }), ...(metadata === undefined ? {} : { metadata }) };
}

function isWhole(state: Partial<TableState>): state is TableState {
  return state.protocol !== undefined && state.metadata !== undefined;
}

function missing(found: Partial<TableState>, reader: SegmentReader): DeltaError {
  const { version, logRoot } = reader.segment;
  const what = found.protocol === undefined ? "protocol" : "metaData";
  return new DeltaError(
    found.protocol === undefined ? "PROTOCOL_MISSING" : "METADATA_MISSING",
    `Version ${version} cannot be read: its log has no ${what} action. The log is incomplete; restore it from a backup.`,
    { version, path: logRoot },
  );
}
