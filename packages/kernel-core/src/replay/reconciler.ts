import type { AddFile } from "../actions/add-file.js";
import type { LogActions } from "../actions/commit-actions.js";
import type { ActionSource } from "../actions/field.js";
import { FileKeys } from "../actions/file-key.js";
import type { FileColumns } from "../columnar/file-columns.js";
import { KeyFilter } from "../columnar/key-filter.js";
import { DeltaError } from "../errors.js";
import { SeenFiles } from "./seen-files.js";

/** So many keys of columns are kept as texts: to hash as many once there are more takes no longer than a turn may. */
const MOST_TEXTS = 12_000;

/** A commit of so many bytes surely has more files than that, or hardly fewer. */
const LARGE_COMMIT = 16 * 1024 * 1024;

/**
 * Keeps the newest action of each logical file. Commits come newest first and leave their keys behind; a checkpoint
 * comes last and leaves none, since no file occurs in it twice: memory depends on the commits, not on the table.
 * PROTOCOL.md, "Action Reconciliation".
 */
export class Reconciler {
  readonly #keys: FileKeys;
  /** Key of a file → number of the newest commit that speaks of it. */
  readonly #seen: SeenFiles;
  readonly #mostTexts: number;
  /** Of the keys that are texts, when there were so many. */
  #filter: { readonly size: number; readonly filter: KeyFilter | undefined } | undefined;
  #commit = -1;
  #at: ActionSource = { path: "", version: -1 };

  /** `random` (in [0, 1)) seeds the keys' hash. */
  constructor(root: string, random: number, mostTexts: number = MOST_TEXTS) {
    this.#mostTexts = mostTexts;
    this.#keys = new FileKeys(root);
    this.#seen = new SeenFiles(this.#keys, random);
  }

  /**
   * Begins the next older commit. Its own actions have no order among them, and must not contradict each other. `bytes` is how much
   * of it comes in columns.
   */
  startCommit(at: ActionSource, bytes = 0): void {
    this.#commit++;
    this.#at = at;
    if (bytes > LARGE_COMMIT) this.#seen.hash();
  }

  /** The files that a commit of objects adds and no newer one has spoken of. */
  reconcile(actions: LogActions): AddFile[] {
    const live = actions.adds.filter((add) => this.#isFirst(add));
    for (const remove of actions.removes) this.#isFirst(remove);
    return live;
  }

  #isFirst(file: Pick<AddFile, "path" | "deletionVector">): boolean {
    const key = this.#keys.text(file.path, file.deletionVector);
    return this.#check(this.#seen.noteText(key, this.#commit), file.path);
  }

  /** The same for columns: the rows of live adds. */
  reconcileColumns(adds: FileColumns | undefined, removes: FileColumns | undefined): Int32Array {
    const [addRows, removeRows] = [adds?.rows() ?? new Int32Array(), removes?.rows() ?? new Int32Array()];
    const areFew =
      this.#seen.texts !== undefined && this.#seen.size + addRows.length + removeRows.length <= this.#mostTexts;
    const live = addRows.filter(this.#firstOf(adds, addRows.length, areFew));
    removeRows.forEach(this.#firstOf(removes, removeRows.length, areFew));
    return live;
  }

  /** Says of a row whether no other action has spoken of its file. */
  #firstOf(files: FileColumns | undefined, count: number, asText: boolean): (row: number) => boolean {
    if (files === undefined || count === 0) return () => false;
    if (!asText) return (row) => this.#isFirstRow(files, row);
    const keyOf = files.textKeys(this.#keys);
    return (row) => {
      const commit = this.#seen.noteText(keyOf(row), this.#commit);
      return commit < 0 || this.#check(commit, files.path(row));
    };
  }

  #isFirstRow(files: FileColumns, row: number): boolean {
    const commit = files.withKey(row, this.#keys, (bytes, start, end) =>
      this.#seen.noteBytes(bytes, start, end, this.#commit),
    );
    return commit === this.#commit ? this.#check(commit, files.path(row)) : commit < 0;
  }

  /** Whether no commit has spoken of a file, by the number of the one that has. It must not be this one. */
  #check(commit: number, path: string): boolean {
    if (commit !== this.#commit) return commit < 0;
    const { version } = this.#at;
    throw new DeltaError(
      "LOG_CORRUPT",
      `Version ${version} has two actions for one file, ${path}, so that it is not clear whether the file is live. Repair the commit.`,
      { version, path },
    );
  }

  /** Files of a checkpoint that no commit behind it has spoken of. */
  survivors(adds: readonly AddFile[]): readonly AddFile[] {
    if (this.#seen.size === 0) return adds;
    return adds.filter((add) => !this.#seen.hasText(this.#keys.text(add.path, add.deletionVector)));
  }

  /** The same for columns: the rows of live adds. Without commits no path is looked at. */
  survivingRows(adds: FileColumns): Int32Array {
    const rows = adds.rows();
    const { texts, size } = this.#seen;
    if (size === 0) return rows;
    if (texts !== undefined) {
      const filter = rows.length < size ? undefined : this.#filterOf(texts);
      const dead = filter && adds.rowsWith(filter, (key) => texts.has(key), rows);
      if (dead !== undefined) return without(rows, dead);
      const keyOf = adds.textKeys(this.#keys);
      return rows.filter((row) => !texts.has(keyOf(row)));
    }
    return rows.filter(
      (row) => !adds.withKey(row, this.#keys, (bytes, start, end) => this.#seen.hasBytes(bytes, start, end)),
    );
  }

  #filterOf(texts: ReadonlyMap<string, number>): KeyFilter | undefined {
    if (this.#filter?.size !== texts.size) this.#filter = { size: texts.size, filter: KeyFilter.of(texts.keys()) };
    return this.#filter.filter;
  }
}

/** All but those at some places, which ascend. */
function without(rows: Int32Array, places: Int32Array): Int32Array {
  if (places.length === 0) return rows;
  const left = new Int32Array(rows.length - places.length);
  let [from, to] = [0, 0];
  for (const place of places) {
    left.set(rows.subarray(from, place), to);
    to += place - from;
    from = place + 1;
  }
  left.set(rows.subarray(from), to);
  return left;
}
