import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
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

/** Counts the files that are live. */
export class Tally {
  files = 0;
  size = 0;

  /** The next `count` files of a stream, counted as they go by. */
  *watch(rows: Iterator<FileRow, never>, count: number): Generator<FileRow, undefined, undefined> {
    for (let i = 0; i < count; i++) {
      const row = rows.next().value;
      this.files++;
      this.size += row.size;
      yield row;
    }
    return undefined;
  }

  remove(row: FileRow): void {
    this.files--;
    this.size -= row.size;
  }
}

/** The folder of a table that is being made; one that was there is replaced. */
export class TableFolder {
  readonly log: string;
  readonly seed: number;

  private constructor(log: string, seed: number) {
    this.log = log;
    this.seed = seed;
  }

  static async create(out: string, name: string, seed: number): Promise<TableFolder> {
    const root = join(out, name);
    await rm(root, { recursive: true, force: true });
    const log = join(root, "_delta_log");
    await mkdir(log, { recursive: true });
    return new TableFolder(log, seed);
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

  /** Objects and bytes in the log, the sidecars' folder included. */
  async weigh(): Promise<{ log_objects: number; log_bytes: number }> {
    let [objects, bytes] = [0, 0];
    for (const entry of await readdir(this.log, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      objects++;
      bytes += (await stat(join(entry.parentPath, entry.name))).size;
    }
    return { log_objects: objects, log_bytes: bytes };
  }
}

/** A version as the names of the log have it. */
export function padded(version: number, digits = 20): string {
  return String(version).padStart(digits, "0");
}
