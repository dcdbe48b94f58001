import type { NodeEngineOptions, StorageOptionValues } from "@asyncdelta/engine-node";
import {
  type AddFile,
  type Commit,
  DeltaError,
  type DomainMetadata,
  domainMetadata,
  type Engine,
  type FollowChangesOptions,
  type FollowedCommit,
  type Following,
  type FollowOptions,
  findFiles,
  follow,
  liveFiles,
  loadSnapshot,
  type Metadata,
  type Predicate,
  type Protocol,
  readCommits,
  refreshSnapshot,
  type SetTransaction,
  type Snapshot,
  type Storage,
  type StructType,
  setTransactions,
} from "@asyncdelta/kernel-core";
import type { RecordBatch } from "apache-arrow";
import { ChangeFeed, type ChangeFeedOptions } from "./change-feed.js";
import { checkNames, checkOptions, checkWhole } from "./check-options.js";
import { closableFollowing } from "./closable-following.js";
import { engineFor } from "./engine-for.js";
import { flatten } from "./flatten.js";
import { parseTimestamp } from "./parse-timestamp.js";
import { stoppable } from "./stoppable.js";
import { checkedPredicate, type ScanOptions, TableScan } from "./table-scan.js";

export interface SignalOptions {
  /** Stops the call, which then ends in an `ABORTED` error. */
  readonly signal?: AbortSignal | undefined;
}

export interface OpenOptions extends SignalOptions {
  /** The table as of this version; absent means the latest. */
  readonly version?: number | undefined;
  /** The table as of this time: the latest version committed at or before it. Text without a zone is UTC. */
  readonly timestamp?: Date | number | string | undefined;
  /** An engine to share between tables. The caller closes it. Absent means one of the table's own. */
  readonly engine?: Engine | undefined;
  /** Options of the table's own engine. */
  readonly engineOptions?: NodeEngineOptions | undefined;
  /**
   * How the table's own engine gets at the store where the table is: options by their names in its SDK or in delta-rs
   * (`{ region: "eu-west-1" }`, see docs/storage.md), or a storage. Default: what the environment says.
   */
  readonly storage?: StorageOptionValues | Storage | undefined;
}

export interface FilesOptions extends SignalOptions {
  /**
   * Whether to read the files' statistics, which are most of a checkpoint. Default: false; files of recent commits may
   * have them all the same.
   */
  readonly stats?: boolean | undefined;
  /** Only files that may have rows for which this is true: see `where` of a scan. */
  readonly where?: Predicate | string | undefined;
}

export interface HistoryOptions extends SignalOptions {
  /** At most this many commits, the newest. */
  readonly limit?: number | undefined;
}

/** How to follow a table. The first version is the one behind the table's own, unless `from` is given. */
export interface FollowTableOptions extends Omit<FollowOptions, "snapshot"> {
  readonly changes?: false | undefined;
}

/** How to follow the rows of a table. */
export interface FollowTableChangesOptions extends Omit<FollowChangesOptions, "snapshot"> {}

/**
 * A Delta table at one version. What it gives out belongs to that version, until {@link DeltaTable.refresh} moves it
 * to the latest; what is under way then goes on with the version it began with.
 *
 * A table that is only held keeps no script from ending. {@link DeltaTable.close} closes its sockets sooner. Worker threads
 * are the process's, shared by all tables, and end by themselves after ten idle seconds.
 */
export class DeltaTable {
  /** URL of the table's root, with a slash at the end. */
  readonly url: string;
  /** The engine, to use with the functions of the kernel. */
  readonly engine: Engine;
  readonly #ownsEngine: boolean;
  /** Aborts when the table is closed. */
  readonly #closing = new AbortController();
  #snapshot: Snapshot;

  private constructor(url: string, engine: Engine, ownsEngine: boolean, snapshot: Snapshot) {
    this.url = url;
    this.engine = engine;
    this.#ownsEngine = ownsEngine;
    this.#snapshot = snapshot;
  }

  /**
   * Opens a table: reads its log up to the protocol and the metadata of the wanted version.
   *
   * @param location path of a folder, relative or absolute, or a URL: of any scheme where `engine` or a storage is given
   * @throws DeltaError `TABLE_NOT_FOUND`, `VERSION_NOT_FOUND`, `TIMESTAMP_OUT_OF_RANGE`, `LOG_GAP`, `LOG_CORRUPT`,
   * `CHECKPOINT_CORRUPT`, `PROTOCOL_MISSING`, `METADATA_MISSING`, `PROTOCOL_INVALID`, `FEATURE_UNSUPPORTED`,
   * `SCHEMA_INVALID`, `INVALID_ARGUMENT`, `ABORTED`, and those of the storage
   */
  static async open(location: string | URL, options: OpenOptions = {}): Promise<DeltaTable> {
    checkOptions("DeltaTable.open", options, ["version", "timestamp", "engine", "engineOptions", "storage", "signal"]);
    const { version, timestamp, signal } = options;
    checkWhole("version", version, 0);
    if (version !== undefined && timestamp !== undefined) {
      throw new DeltaError("INVALID_ARGUMENT", "Give 'version' or 'timestamp', not both.");
    }
    const at = timestamp === undefined ? { version } : { timestamp: parseTimestamp(timestamp) };
    const { url, engine } = engineFor(location, options);
    try {
      const snapshot = await loadSnapshot(engine, url, { ...at, signal });
      return new DeltaTable(url, engine, options.engine === undefined, snapshot);
    } catch (error) {
      if (options.engine === undefined) await engine.close();
      throw error;
    }
  }

  get version(): number {
    return this.#snapshot.version;
  }

  /** When the version was committed, in milliseconds since 1970-01-01 UTC. PROTOCOL.md, "In-Commit Timestamps". */
  get timestamp(): number {
    return this.#snapshot.timestamp;
  }

  get protocol(): Protocol {
    return this.#snapshot.protocol;
  }

  get metadata(): Metadata {
    return this.#snapshot.metadata;
  }

  get schema(): StructType {
    return this.#snapshot.schema;
  }

  /** The snapshot, to use with the functions of the kernel. */
  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  /**
   * The live data files, in no particular order. Nothing is read before it is iterated.
   *
   * @throws DeltaError `COLUMN_NOT_FOUND`, `INVALID_ARGUMENT` at once
   */
  files(options: FilesOptions = {}): AsyncIterableIterator<AddFile> {
    this.#checkOpen();
    checkOptions("files", options, ["stats", "where", "signal"]);
    const { stats, signal } = options;
    const where = checkedPredicate(options.where, this.#snapshot.schema);
    const batches = stoppable<Iterable<AddFile>>(signal, (signal) =>
      where === undefined
        ? liveFiles(this.engine, this.#snapshot, { stats, signal })
        : findFiles(this.engine, this.#snapshot, where, { stats, signal }),
    );
    return flatten(batches);
  }

  /**
   * A scan of the rows. Nothing is read before it is iterated.
   *
   * @throws DeltaError `COLUMN_NOT_FOUND`, `INVALID_ARGUMENT`
   */
  scan(options: ScanOptions = {}): TableScan {
    this.#checkOpen();
    return new TableScan(this.engine, this.#snapshot, options);
  }

  /**
   * The rows that changed from version to version. Nothing is read before it is iterated.
   *
   * @throws DeltaError `INVALID_ARGUMENT`, and `COLUMN_NOT_FOUND` where the changes end with the table's version, whose
   * columns are known; for another end, this comes with the iteration
   */
  changes(options: ChangeFeedOptions): ChangeFeed {
    this.#checkOpen();
    return new ChangeFeed(this.engine, this.#snapshot, options);
  }

  /**
   * Follows the table: each version's commit as it comes, in order, none twice and none left out, without an end. Leave
   * the loop, abort the signal or close the table to stop; `resumeFrom` says where another following would go on. The
   * table itself stays at its version.
   *
   * With `changes: true` it gives the rows that changed, in batches, instead. One listing when nothing is new.
   *
   * @throws DeltaError `INVALID_ARGUMENT` at once; while it is iterated `ABORTED` by the signal, `CLOSED` when the table or
   * its engine is closed, `LOG_GAP`, `CHANGE_FEED_DISABLED` and others
   */
  follow(options: FollowTableChangesOptions): Following<RecordBatch>;
  follow(options?: FollowTableOptions): Following<FollowedCommit>;
  follow(
    options: FollowTableOptions | FollowTableChangesOptions = {},
  ): Following<RecordBatch> | Following<FollowedCommit> {
    this.#checkOpen();
    const rows = options?.changes ? ["columns", "batchRows"] : [];
    checkOptions("follow", options, ["from", "pollMs", "maxPollMs", "gapMs", "changes", "signal", ...rows]);
    if (options.changes) {
      checkWhole("batchRows", options.batchRows, 1);
      checkNames("columns", options.columns);
    }
    const snapshot = this.#snapshot;
    const [closing, outer] = [this.#closing.signal, options.signal];
    return options.changes
      ? closableFollowing(closing, outer, (signal) => follow(this.engine, this.url, { ...options, snapshot, signal }))
      : closableFollowing(closing, outer, (signal) => follow(this.engine, this.url, { ...options, snapshot, signal }));
  }

  /** The commits up to the table's version, newest first, as far back as the log goes. */
  history(options: HistoryOptions = {}): AsyncIterableIterator<Commit> {
    this.#checkOpen();
    checkOptions("history", options, ["limit", "signal"]);
    checkWhole("limit", options.limit, 0);
    const { limit = Number.POSITIVE_INFINITY, signal } = options;
    // Versions have no gaps, so the limit says where to begin, and no commit is read in vain.
    const from = Math.max(0, this.version - limit + 1);
    return stoppable(signal, (signal) => readCommits(this.engine, this.#snapshot, { from, signal }));
  }

  /** The newest transaction of each application, by application id. PROTOCOL.md, "Transaction Identifiers". */
  async setTransactions(options: SignalOptions = {}): Promise<ReadonlyMap<string, SetTransaction>> {
    this.#checkOpen();
    checkOptions("setTransactions", options, ["signal"]);
    return await setTransactions(this.engine, this.#snapshot, options);
  }

  /** The configuration of each domain, by name; removed domains are left out. PROTOCOL.md, "Domain Metadata". */
  async domainMetadata(options: SignalOptions = {}): Promise<ReadonlyMap<string, DomainMetadata>> {
    this.#checkOpen();
    checkOptions("domainMetadata", options, ["signal"]);
    return await domainMetadata(this.engine, this.#snapshot, options);
  }

  /**
   * Moves to the latest version, also from an older one that was asked for. One request when nothing is new.
   *
   * @returns whether the version changed
   */
  async refresh(options: SignalOptions = {}): Promise<boolean> {
    this.#checkOpen();
    checkOptions("refresh", options, ["signal"]);
    const before = this.#snapshot;
    const after = await refreshSnapshot(this.engine, before, options);
    // Of two refreshes at once, the one that saw more stands.
    if (this.#snapshot === before || after.version > this.#snapshot.version) this.#snapshot = after;
    return this.#snapshot !== before;
  }

  /**
   * Ends whatever follows the table, and closes the table's own engine, and with it all else that is under way: it ends in
   * `CLOSED`. A given engine is left as it is, and so are scans that read with it. Safe to repeat.
   */
  async close(): Promise<void> {
    if (!this.#isClosed) this.#closing.abort(closedError());
    if (this.#ownsEngine) await this.engine.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  get #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  #checkOpen(): void {
    if (this.#isClosed) throw closedError();
  }
}

function closedError(): DeltaError {
  return new DeltaError("CLOSED", "The table has been closed: open it again.");
}
