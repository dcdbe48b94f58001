import { DeltaTable, type Engine, nodeEngine } from "asyncdelta";
import type { BadTable, TableFile } from "./bad-table.js";
import type { BadCase, CheckedBytes } from "./case.js";
import { decodedPath, type PlainFiles, plainActions, plainFile, replayPlainly } from "./plain-log.js";
import { type Outcome, readWhole } from "./read-whole.js";

/** What is right for a damaged table. Ending in an error always is, unless `errors` is false. */
export interface Expected {
  readonly errors: boolean;
  /** Numbers of files that are right; absent where any is. */
  readonly files?: readonly number[];
  /** The number of rows; `"none"` where they cannot be read. Absent where any is right. */
  readonly rows?: number | "none";
  /** The rows and changes must be those of the undamaged table. */
  readonly exact: boolean;
}

/** Codes that damage may end in. Others say something that is not so, or nothing. */
const SENSIBLE = new Set(
  (
    "TABLE_NOT_FOUND VERSION_NOT_FOUND LOG_GAP LOG_CORRUPT CHECKPOINT_CORRUPT PROTOCOL_MISSING METADATA_MISSING " +
    "PROTOCOL_INVALID FEATURE_UNSUPPORTED SCHEMA_INVALID CHANGE_FEED_DISABLED SCHEMA_INCOMPATIBLE VALUE_INVALID " +
    "FILE_NOT_FOUND FILE_CHANGED FILE_CORRUPT TYPE_MISMATCH DELETION_VECTOR_CORRUPT"
  ).split(" "),
);

/** Knows an undamaged table, and from that what is right for it with other bytes in one file. */
export class Judge {
  readonly table: BadTable;
  /** What the undamaged table gives. */
  readonly whole: Outcome;
  readonly hasFeed: boolean;
  /** Where the pages of its one data file have checksums, if they do. */
  readonly checked: CheckedBytes | undefined;
  /** Rows of each data file, by its decoded path. */
  readonly #rows: ReadonlyMap<string, number>;
  /** The files as of the checkpoint, and the commits behind it. */
  readonly #start: PlainFiles;
  readonly #commits: readonly TableFile[];
  readonly #compaction: TableFile | undefined;

  private constructor(
    table: BadTable,
    known: { whole: Outcome; hasFeed: boolean; rows: ReadonlyMap<string, number>; start: PlainFiles },
    checked: CheckedBytes | undefined,
  ) {
    this.table = table;
    this.whole = known.whole;
    this.hasFeed = known.hasFeed;
    this.checked = checked;
    this.#rows = known.rows;
    this.#start = known.start;
    this.#commits = commitsBehind(table);
    this.#compaction = table.files.find(({ kind }) => kind === "compaction");
  }

  /** Reads the undamaged table. Throws if it cannot be read, or not as its log says. */
  static async of(table: BadTable): Promise<Judge> {
    const engine = nodeEngine({ storage: table.storage, parquet: "javascript" });
    const feed = await readWhole(engine, table.url, { rows: true, changes: true });
    const whole = feed.code === undefined ? feed : await readWhole(engine, table.url, { rows: true, changes: false });
    if (whole.code !== undefined) throw new Error(`The undamaged table ${table.name} ends in ${whole.code}`);
    const rows = new Map<string, number>();
    let checked: CheckedBytes | undefined;
    for (const { kind, url, bytes } of table.files) {
      if (kind !== "data") continue;
      const file = await engine.parquet.open(url, { size: bytes.length });
      rows.set(decodedPath(url.slice(table.url.length)), file.numRows);
      const chunks = file.rowGroups.flatMap(({ columns }) => columns);
      const ends = chunks.map(({ offset, compressedSize }) => offset + compressedSize);
      if (table.checked) checked = { from: Math.min(...chunks.map(({ offset }) => offset)), to: Math.max(...ends) };
    }
    const start = await filesAtCheckpoint(engine, table);
    await engine.close();
    const judge = new Judge(table, { whole, hasFeed: feed.code === undefined, rows, start }, checked);
    const head = table.files.find(({ kind }) => kind === "commit");
    const plain = head === undefined ? undefined : judge.expect({ file: head, bytes: head.bytes, checked: false });
    if (
      plain !== undefined &&
      ((plain.rows ?? whole.rows!.length) !== whole.rows!.length || !plain.files?.includes(whole.files!))
    ) {
      throw new Error(`The undamaged table ${table.name} is not what its log says: ${JSON.stringify(plain)}`);
    }
    return judge;
  }

  /** What is right for the table as it was. */
  get undamaged(): Expected {
    return { errors: false, files: [this.whole.files!], rows: this.whole.rows!.length, exact: true };
  }

  /** What is right for a damaged table. */
  expect({ file, bytes, checked }: Pick<BadCase, "file" | "bytes" | "checked">): Expected {
    const { files, rows } = { files: this.whole.files!, rows: this.whole.rows!.length };
    switch (file.kind) {
      case "hint":
        return this.undamaged;
      case "vector":
        return { errors: true, files: [files], rows, exact: true };
      case "data":
        return { errors: true, files: [files], rows, exact: checked };
      case "checksum":
      case "change":
      case "checkpoint":
      case "sidecar":
        return { errors: true, files: [files], rows, exact: false };
      case "json checkpoint":
        return this.#expectOfJsonCheckpoint(file, bytes);
      case "compaction": {
        // Where it cannot be told which of its actions is the newer, its commits are read instead.
        const after = this.#expectOfFiles(this.#replay(file, bytes));
        return { errors: true, files: [files, ...(after.files ?? [])], exact: false };
      }
      case "commit": {
        if (!this.#commits.includes(file)) return { errors: true, files: [files], rows, exact: false };
        const after = this.#expectOfFiles(this.#replay(file, bytes));
        // A compaction may have been read in its place.
        return this.#compaction === undefined ? after : { errors: true, files: [files, ...after.files!], exact: false };
      }
    }
  }

  /** What is wrong with an outcome; nothing if it is right. */
  objection(outcome: Outcome, expected: Expected): string | undefined {
    const { code, files, rows, changes } = outcome;
    if (code !== undefined && !SENSIBLE.has(code)) return `ended in ${code}`;
    if (code !== undefined && !expected.errors) return `ended in ${code}, which no damage there should`;
    if (files !== undefined && expected.files !== undefined && !expected.files.includes(files)) {
      return `lists ${files} files where there are ${expected.files.join(" or ")}`;
    }
    if (rows !== undefined && expected.rows === "none") return `gave ${rows.length} rows where none can be had`;
    if (rows !== undefined && expected.rows !== undefined && rows.length !== expected.rows) {
      return `gave ${rows.length} rows where there are ${expected.rows}`;
    }
    if (!expected.exact) return undefined;
    if (rows !== undefined && !equal(rows, this.whole.rows!)) return "gave other rows";
    if (changes !== undefined && !equal(changes, this.whole.changes!)) return "gave other changes";
    return undefined;
  }

  #replay(file: TableFile, bytes: Uint8Array): PlainFiles | undefined {
    const [from, to] = file.kind === "compaction" ? compactedVersions(file) : [file.version, file.version];
    const commits = this.#commits.filter(({ version }) => version < from || version > to);
    const at = commits.findIndex(({ version }) => version > to);
    const replayed = commits.map((commit) => commit.bytes);
    replayed.splice(at < 0 ? commits.length : at, 0, bytes);
    return replayPlainly(this.#start, replayed);
  }

  #expectOfFiles(files: PlainFiles | undefined): Expected {
    // What is no log must never be taken for one.
    if (files === undefined) return { errors: true, files: [], rows: "none", exact: false };
    let rows: number | "none" = 0;
    for (const { path, deleted } of files.values()) {
      const physical = this.#rows.get(path);
      if (physical === undefined || rows === "none") rows = "none";
      else rows += physical - deleted;
    }
    return { errors: true, files: [files.size], rows, exact: false };
  }

  /** By its lines: as many files more or fewer as it has of them. Where other sidecars are named, nobody knows. */
  #expectOfJsonCheckpoint(file: TableFile, bytes: Uint8Array): Expected {
    // An empty file is no checkpoint: others, or the commits, are read. Nor is an older one.
    if (bytes.length === 0 || file.version < checkpointVersion(this.table))
      return { errors: true, files: [this.whole.files!], exact: false };
    const [before, after] = [summary(file.bytes)!, summary(bytes)];
    if (after === undefined) return { errors: true, files: [], rows: "none", exact: false };
    if (after.sidecars !== before.sidecars) return { errors: true, exact: false };
    return { errors: true, files: [this.whole.files! - before.adds + after.adds], exact: false };
  }
}

function compactedVersions({ url }: TableFile): [number, number] {
  const [, from, to] = /(\d{20})\.(\d{20})\.compacted/.exec(url)!;
  return [Number(from), Number(to)];
}

function summary(bytes: Uint8Array): { adds: number; sidecars: string } | undefined {
  const actions = plainActions(bytes);
  if (actions === undefined) return undefined;
  const sidecars = actions.flatMap(({ sidecar }) => (sidecar ? [String((sidecar as { path?: unknown }).path)] : []));
  return { adds: actions.filter(({ add }) => add).length, sidecars: sidecars.join("\n") };
}

function checkpointVersion({ files }: BadTable): number {
  const versions = files
    .filter(({ kind }) => kind === "checkpoint" || kind === "json checkpoint")
    .map((f) => f.version);
  return Math.max(-1, ...versions);
}

function commitsBehind(table: BadTable): TableFile[] {
  const checkpoint = checkpointVersion(table);
  return table.files.filter(({ kind, version }) => kind === "commit" && version > checkpoint);
}

async function filesAtCheckpoint(engine: Engine, table: BadTable): Promise<PlainFiles> {
  const version = checkpointVersion(table);
  if (version < 0) return new Map();
  const files = new Map();
  const snapshot = await DeltaTable.open(table.url, { engine, version });
  for await (const file of snapshot.files()) {
    const plain = plainFile(file)!;
    files.set(plain.key, plain);
  }
  return files;
}

function equal(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, i) => text === b[i]);
}
