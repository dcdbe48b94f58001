import { type ParallelIterator, parallelFlatMap, parallelMap } from "@asyncdelta/parallel";
import type { Data } from "apache-arrow";
import type { AddFile } from "../actions/add-file.js";
import { noActions, type TableActions } from "../actions/commit-actions.js";
import type { ActionSource } from "../actions/field.js";
import { resolveFileUrl } from "../actions/resolve-path.js";
import type { Sidecar } from "../actions/sidecar.js";
import { structChildren } from "../columnar/column-reader.js";
import { FileColumns } from "../columnar/file-columns.js";
import type { Engine } from "../engine/engine.js";
import type { OpenParquetOptions, ParquetFile } from "../engine/parquet.js";
import { roundTripOf } from "../engine/round-trip.js";
import type { StorageOptions } from "../engine/storage.js";
import { DeltaError, isDeltaError } from "../errors.js";
import type { FileSelection } from "../selection/selection.js";
import type { Checkpoint, CheckpointFile } from "./checkpoint.js";
import {
  addColumns,
  type CheckpointColumns,
  keyedColumns,
  type StatsWanted,
  tableColumns,
} from "./checkpoint-columns.js";
import { filesAtOnce } from "./files-at-once.js";
import { type CommitReading, readCommit } from "./read-commit.js";
import { collectTableColumns, streamFileActions } from "./stream-rest.js";
import { wholeTableActions } from "./whole-table-actions.js";

/** `add` actions as objects or as columns, from one part of a checkpoint. */
export type CheckpointAdds = readonly AddFile[] | FileColumns;

/** Tells row groups that have no file that is wanted. */
export interface CheckpointRowGroups {
  mayHaveFiles(file: ParquetFile, rowGroup: number): boolean;
}

/** What to read of the files of a checkpoint. */
export interface AddsOptions extends StorageOptions {
  readonly stats: StatsWanted;
  /** Absent means every row group. */
  readonly rowGroups?: CheckpointRowGroups | undefined;
  /** Files that it does not want may be left out. */
  readonly selection?: FileSelection | undefined;
}

/** How to read its files. */
interface FilesOptions {
  /** Whether all of each is wanted. */
  readonly isReadWhole?: boolean;
  /** Whether to begin before the first action is asked for. */
  readonly eager?: boolean;
}

/** Most rows of a batch of columns: large enough to be cheap, small enough to keep the event loop free. */
const BATCH_ROWS = 16_384;

/**
 * Reads a checkpoint of any form: V1 in one or many Parquet files, V2 in Parquet or JSON with or without sidecars.
 * Footers and table actions are read once and kept; file actions are streamed. PROTOCOL.md, "Checkpoint Specs".
 */
export class CheckpointReader {
  readonly #engine: Engine;
  readonly #logRoot: string;
  readonly #checkpoint: Checkpoint;
  readonly #opened = new Map<string, ParquetFile | Promise<ParquetFile>>();
  #table: TopLevel | undefined;
  /** The same, on its way. */
  #ahead: Promise<TopLevel> | undefined;

  constructor(engine: Engine, logRoot: string, checkpoint: Checkpoint) {
    this.#engine = engine;
    this.#logRoot = logRoot;
    this.#checkpoint = checkpoint;
  }

  get version(): number {
    return this.#checkpoint.version;
  }

  /** Whether this is the checkpoint of these very files. */
  isOf({ files }: Checkpoint): boolean {
    const own = this.#checkpoint.files;
    return (
      files.length === own.length && files.every(({ url, size }, i) => url === own[i]!.url && size === own[i]!.size)
    );
  }

  /**
   * Begins to read the footer of a checkpoint in one Parquet file, and what it says of the table if `goesOn` is still true then.
   * Whatever fails is read again when it is asked for.
   */
  readAhead(options: StorageOptions, goesOn: () => boolean): void {
    const { url, size } = this.#checkpoint.files[0]!;
    const opened = this.#engine.parquet.open(url, { size, ...options });
    this.#opened.set(url, opened);
    opened.then(
      () => {
        if (!goesOn()) return;
        this.#ahead = this.#readTopLevel(options);
        this.#ahead.catch(() => {});
      },
      () => {},
    );
  }

  /** Protocol, metadata and sidecars; transactions and domains where they were small. */
  async tableActions(options: StorageOptions): Promise<TableActions> {
    return (await this.#topLevel(options)).actions;
  }

  /** Transactions and domains. What was read is kept once it is whole: who stops half-way, or asks meanwhile, takes nothing from others. */
  async keyedActions(options: StorageOptions): Promise<TableActions> {
    const top = await this.#topLevel(options);
    if (top.unkeyed.length === 0) return top.actions;
    const { transactions, domains, ...others } = top.actions;
    const actions = { ...others, transactions: [...transactions], domains: [...domains] };
    for (const file of top.unkeyed) await this.#collect(actions, file, keyedColumns(file), options);
    this.#table = { ...top, actions, unkeyed: [] };
    return actions;
  }

  /** Every `add` of the checkpoint, several files under way at once, in the order of the files. */
  async *adds(options: AddsOptions): AsyncGenerator<CheckpointAdds, void, undefined> {
    const [first] = this.#checkpoint.files;
    const isFar = first !== undefined && roundTripOf(this.#engine.storage, first.url) === "costly";
    // From afar it is asked for together with what it says of the table.
    const inParquet =
      first?.format === "parquet" ? this.#addsOf(this.#checkpoint.files, { ...options, eager: isFar }) : undefined;
    try {
      const top = await this.#topLevel(options);
      let inline = false;
      for await (const adds of inParquet ?? this.#addsInJson(top, options)) {
        inline ||= Array.isArray(adds) ? adds.length > 0 : (adds as FileColumns).rows().length > 0;
        if (inline && top.actions.sidecars.length > 0)
          throw this.#corrupt("has file actions both inline and in sidecars");
        yield adds;
      }
      // Statistics are most of a sidecar, of which nothing else is read.
      const isReadWhole = options.stats === true && options.rowGroups === undefined;
      yield* this.#addsOf(
        top.actions.sidecars.map((sidecar) => this.#sidecarFile(sidecar)),
        { ...options, isReadWhole },
      );
    } finally {
      await inParquet?.return();
    }
  }

  async *#addsInJson({ json }: TopLevel, options: AddsOptions): AsyncGenerator<CheckpointAdds, void, undefined> {
    if (json === undefined) return;
    yield json.actions.adds;
    const text = { ...options, stats: options.stats !== false };
    for await (const { adds } of streamFileActions(this.#engine, json, text)) if (adds !== undefined) yield adds;
  }

  #addsOf(
    files: readonly { readonly url: string; readonly size: number }[],
    { isReadWhole = false, eager = false, ...options }: AddsOptions & FilesOptions,
  ): ParallelIterator<FileColumns> {
    return parallelFlatMap(
      files,
      async (file, { signal }) => this.#addsIn(await this.#open(file, { isReadWhole, signal }), { ...options, signal }),
      { concurrency: filesAtOnce(this.#engine, files), eager, signal: options.signal },
    );
  }

  async *#addsIn(
    file: ParquetFile,
    { stats, rowGroups: filter, selection, signal }: AddsOptions,
  ): AsyncGenerator<FileColumns, void, undefined> {
    const wanted = addColumns(file, stats);
    const rowGroups = wanted.rowGroups.filter((index) => filter === undefined || filter.mayHaveFiles(file, index));
    if (rowGroups.length === 0) return;
    const at = this.#at(file.url);
    const options = { ...wanted, rowGroups, batchRows: BATCH_ROWS, signal };
    for await (const { batch } of file.read(file.selects === true ? { ...options, selection } : options)) {
      const add = structChildren(batch.data as unknown as Data).get("add");
      if (add !== undefined) yield new FileColumns(add, at);
    }
  }

  async #topLevel(options: StorageOptions): Promise<TopLevel> {
    this.#table ??= (await this.#ahead?.catch(() => undefined)) ?? (await this.#readTopLevel(options));
    return this.#table;
  }

  async #readTopLevel(options: StorageOptions): Promise<TopLevel> {
    const [first] = this.#checkpoint.files;
    if (first?.format === "json") {
      const json = await readCommit(this.#engine, first, { ...options, whole: true });
      return { actions: await wholeTableActions(this.#engine, json, options), json, unkeyed: [] };
    }
    const actions = noActions();
    const unkeyed: ParquetFile[] = [];
    const parts = parallelMap(
      this.#checkpoint.files,
      async (file, { signal }) => {
        const opened = await this.#open(file, { signal });
        const columns = tableColumns(opened);
        const found: Data[] = [];
        if (columns.rowGroups.length > 0) {
          for await (const { batch } of opened.read({ ...columns, sparse: "values", signal }))
            found.push(batch.data as unknown as Data);
        }
        return { opened, keyed: columns.keyed, found };
      },
      { concurrency: this.#engine.limits.requests, signal: options.signal },
    );
    for await (const { opened, keyed, found } of parts) {
      for (const data of found) collectTableColumns(actions, data, this.#at(opened.url));
      if (!keyed) unkeyed.push(opened);
    }
    this.#checkV2(actions, first);
    return { actions, unkeyed };
  }

  #checkV2(actions: TableActions, first: CheckpointFile | undefined): void {
    if (first !== undefined && "uuid" in first && !actions.v2) throw this.#corrupt("has no checkpointMetadata action");
  }

  async #collect(
    into: TableActions,
    file: ParquetFile,
    columns: CheckpointColumns,
    options: StorageOptions,
  ): Promise<void> {
    if (columns.rowGroups.length === 0) return;
    for await (const { batch } of file.read({ ...columns, ...options, sparse: "values" })) {
      collectTableColumns(into, batch.data as unknown as Data, this.#at(file.url));
    }
  }

  async #open(
    { url, size }: { readonly url: string; readonly size: number },
    options: Omit<OpenParquetOptions, "size">,
  ): Promise<ParquetFile> {
    let ahead = this.#opened.get(url);
    while (ahead !== undefined) {
      // It may have failed because a hint was wrong, or because who asked has stopped.
      const known = await Promise.resolve(ahead).catch(() => undefined);
      if (known !== undefined && known.size === size) return known;
      if (this.#opened.get(url) === ahead) this.#opened.delete(url);
      ahead = this.#opened.get(url);
    }
    const opening = this.#engine.parquet.open(url, { size, ...options });
    this.#opened.set(url, opening);
    try {
      return await opening;
    } catch (error) {
      if (this.#opened.get(url) === opening) this.#opened.delete(url);
      throw isDeltaError(error, "FILE_CORRUPT") ? this.#corrupt("cannot be decoded", url, error) : error;
    }
  }

  #sidecarFile(sidecar: Sidecar): { url: string; size: number } {
    return { url: resolveFileUrl(`${this.#logRoot}_sidecars/`, sidecar.path), size: sidecar.sizeInBytes };
  }

  #at(path: string): ActionSource {
    return { path, version: this.version };
  }

  #corrupt(what: string, path: string = this.#checkpoint.files[0]!.url, cause?: unknown): DeltaError {
    return new DeltaError(
      "CHECKPOINT_CORRUPT",
      `The checkpoint of version ${this.version} ${what}. Remove it together with _last_checkpoint if the commits before it are still there.`,
      { version: this.version, path, ...(cause === undefined ? {} : { cause }) },
    );
  }
}

/** What is read of a checkpoint before its file actions. */
interface TopLevel {
  readonly actions: TableActions;
  /** The reading of a JSON checkpoint, which may have file actions inline. */
  readonly json?: CommitReading;
  /** Files whose keyed actions have not been read, since they are many. */
  readonly unkeyed: readonly ParquetFile[];
}
