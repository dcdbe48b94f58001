import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { metadataAction, protocolAction, transactionId } from "./action-lines.js";
import type { FileRow } from "./file-row.js";

/** What a right reader finds in a table, but for what the files on disk say. */
export interface TableFacts {
  readonly version: number;
  readonly files: number;
  /** Sum of the live files' sizes in bytes. */
  readonly size: number;
}

/** How many files have been made of a table, told now and then. */
export type Told = (files: number) => void;

/** Files from one telling to the next. */
const TOLD_EVERY = 10_000;

/** Counts the files that are live. */
export class Tally {
  files = 0;
  size = 0;
  #made = 0;
  readonly #told: Told | undefined;

  constructor(told?: Told) {
    this.#told = told;
  }

  /** The next `count` files of a stream, counted as they go by. */
  *watch(rows: Iterator<FileRow, never>, count: number): Generator<FileRow, undefined, undefined> {
    for (let i = 0; i < count; i++) {
      const row = rows.next().value;
      this.files++;
      this.size += row.size;
      if (++this.#made % TOLD_EVERY === 0) this.#told?.(this.#made);
      yield row;
    }
    return undefined;
  }

  remove(row: FileRow): void {
    this.files--;
    this.size -= row.size;
  }
}

/** A table that is being made, in a hidden folder: under its own name there is a whole table or none. */
export class TableFolder {
  readonly log: string;
  readonly seed: number;
  readonly told: Told | undefined;
  readonly #root: string;

  private constructor(root: string, seed: number, told: Told | undefined) {
    this.#root = root;
    this.told = told;
    this.log = join(root, "_delta_log");
    this.seed = seed;
  }

  /** Replaces what an interrupted run may have left. */
  static async create(out: string, name: string, seed: number, told?: Told): Promise<TableFolder> {
    const folder = new TableFolder(join(out, `.${name}.tmp`), seed, told);
    await folder.discard();
    await mkdir(folder.log, { recursive: true });
    return folder;
  }

  /** Gives the finished table its name; one that had it is removed. */
  async moveTo(root: string): Promise<void> {
    await rm(root, { recursive: true, force: true });
    await rename(this.#root, root);
  }

  discard(): Promise<void> {
    return rm(this.#root, { recursive: true, force: true });
  }

  path(name: string): string {
    return join(this.log, name);
  }

  commit(version: number, body: string): Promise<void> {
    return writeFile(this.path(`${padded(version)}.json`), body);
  }

  /** Writes a file whole and gives its bytes. */
  async write(name: string, text: string): Promise<number> {
    await writeFile(this.path(name), text);
    return Buffer.byteLength(text);
  }

  /** Writes a commit of any size in pieces. */
  async commitPieces(version: number, pieces: Iterable<string>): Promise<void> {
    const file = createWriteStream(this.path(`${padded(version)}.json`));
    for (const piece of pieces) if (!file.write(piece)) await once(file, "drain");
    file.end();
    await once(file, "finish");
  }

  /** Protocol and metadata, as the head of a checkpoint. */
  head(v2 = false): [string, object[]][] {
    return [
      ["protocol", [protocolAction(v2)]],
      ["metaData", [metadataAction(this.seed, v2)]],
    ];
  }

  lastCheckpoint(hint: object): Promise<void> {
    return writeFile(this.path("_last_checkpoint"), JSON.stringify(hint));
  }

  checksum(version: number, { files, size }: Tally): Promise<void> {
    const checksum = {
      txnId: transactionId(version),
      tableSizeBytes: size,
      numFiles: files,
      numMetadata: 1,
      numProtocol: 1,
      setTransactions: [],
      domainMetadata: [],
      metadata: metadataAction(this.seed, false),
      protocol: protocolAction(false),
    };
    return writeFile(this.path(`${padded(version)}.crc`), JSON.stringify(checksum));
  }
}

export interface LogWeight {
  readonly log_objects: number;
  readonly log_bytes: number;
}

/** Objects and bytes in a log, the sidecars' folder included. */
export async function weighLog(log: string): Promise<LogWeight> {
  let [objects, bytes] = [0, 0];
  for (const entry of await readdir(log, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    objects++;
    bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return { log_objects: objects, log_bytes: bytes };
}

/** A version as the names of the log have it. */
export function padded(version: number, digits = 20): string {
  return String(version).padStart(digits, "0");
}
