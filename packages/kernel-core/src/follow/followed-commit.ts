import { abortableItems } from "../abort.js";
import type { AddFile } from "../actions/add-file.js";
import type { AddCDCFile } from "../actions/cdc-file.js";
import { collectActions, noActions, type TableActions } from "../actions/commit-actions.js";
import type { DomainMetadata } from "../actions/domain-metadata.js";
import type { Metadata } from "../actions/metadata.js";
import type { Protocol } from "../actions/protocol.js";
import type { RemoveFile } from "../actions/remove-file.js";
import type { SetTransaction } from "../actions/set-transaction.js";
import type { Engine } from "../engine/engine.js";
import type { StorageOptions } from "../engine/storage.js";
import type { Commit } from "../history/read-commits.js";
import { commitInfo } from "../log/commit-info.js";
import type { CommitReading } from "../log/read-commit.js";
import { restLines } from "../log/rest-lines.js";
import { wholeTableActions } from "../log/whole-table-actions.js";
import type { FollowedReading } from "./read-followed.js";

/** A commit of a table that is followed: all that its log file says. */
export interface FollowedCommit extends Commit {
  /** The protocol, where this version sets it. */
  readonly protocol?: Protocol;
  /** The metadata, schema included, where this version sets it. */
  readonly metadata?: Metadata;
  /** The transactions that this version records. PROTOCOL.md, "Transaction Identifiers". */
  readonly setTransactions: readonly SetTransaction[];
  /** The domains that this version sets or removes. PROTOCOL.md, "Domain Metadata". */
  readonly domainMetadata: readonly DomainMetadata[];
  /**
   * What became of files, in the order of the log file. It is at hand where the commit is small, and in one batch; else the
   * rest is streamed from the log, in batches, each time anew.
   */
  files(options?: StorageOptions): AsyncGenerator<CommitFiles, void, undefined>;
}

/** Actions of one commit that concern files. Within a commit their order says nothing. */
export interface CommitFiles {
  readonly adds: readonly AddFile[];
  readonly removes: readonly RemoveFile[];
  /** Files of changed rows. PROTOCOL.md, "Add CDC File". */
  readonly cdc: readonly AddCDCFile[];
}

/** What a commit says about the table and about itself. */
export async function commitActions(
  engine: Engine,
  reading: CommitReading,
  signal: AbortSignal,
): Promise<TableActions> {
  const actions = await wholeTableActions(engine, reading, { signal });
  if (actions.commitInfo !== undefined) return actions;
  const info = await commitInfo(engine, reading, { signal });
  return { ...actions, ...(info === undefined ? {} : { commitInfo: info }) };
}

/** The commit that a reading is of. */
export function followedCommit(engine: Engine, found: FollowedReading<TableActions>): FollowedCommit {
  const { file, timestamp, reading } = found;
  const { commitInfo, protocol, metadata, transactions, domains } = found.actions;
  return {
    version: file.version,
    timestamp,
    ...(commitInfo === undefined ? {} : { commitInfo }),
    ...(protocol === undefined ? {} : { protocol }),
    ...(metadata === undefined ? {} : { metadata }),
    setTransactions: transactions,
    domainMetadata: domains,
    files: ({ signal } = {}) => abortableItems(signal, () => filesOf(engine, reading, signal)),
  };
}

async function* filesOf(
  engine: Engine,
  reading: CommitReading,
  signal: AbortSignal | undefined,
): AsyncGenerator<CommitFiles, void, undefined> {
  const { adds, removes, cdc } = reading.actions;
  yield { adds, removes, cdc };
  for await (const lines of restLines(engine, reading, { signal })) {
    const found = noActions();
    collectActions(found, lines, reading.at);
    yield { adds: found.adds, removes: found.removes, cdc: found.cdc };
  }
}
