import { DeltaTable, type Engine, nodeEngine } from "asyncdelta";
import type { Upstream } from "../../../engine-node/test/faults/answer.js";
import { FaultServer, type FaultServerOptions } from "../../../engine-node/test/faults/fault-server.js";
import { S3Objects } from "../../../engine-node/test/faults/s3-objects.js";
import { type BadTable, loadTable } from "../bad-bytes/bad-table.js";
import { READINGS, TRIPS } from "../cli.js";
import { digestOf } from "./digest.js";

const BUCKET = "lake";

/** What a version of a table holds. */
export interface Contents {
  readonly version: number;
  readonly files: number;
  readonly rows: number;
  /** Of all rows, in whatever order. */
  readonly digest: string;
}

/** A table, and what is in it as read from where no fault can be. */
export class KnownTable {
  readonly table: BadTable;
  readonly #versions = new Map<number, Promise<Contents>>();
  readonly #engine: Engine;
  readonly latest: number;

  private constructor(table: BadTable, engine: Engine, latest: number) {
    this.table = table;
    this.#engine = engine;
    this.latest = latest;
  }

  static async of(table: BadTable): Promise<KnownTable> {
    const engine = nodeEngine({ storage: table.storage, parquet: "javascript" });
    const { version } = await DeltaTable.open(table.url, { engine });
    return new KnownTable(table, engine, version);
  }

  /** What a version holds; by default the latest. */
  at(version: number = this.latest): Promise<Contents> {
    const known = this.#versions.get(version) ?? contentsOf(this.#engine, this.table.url, version);
    this.#versions.set(version, known);
    return known;
  }
}

export const trips = async (): Promise<KnownTable> => KnownTable.of(await loadTable("trips", TRIPS));
export const readings = async (): Promise<KnownTable> => KnownTable.of(await loadTable("readings", READINGS));

/** Opens a table, lists its files and reads its rows. */
export async function contentsOf(engine: Engine, url: string, version?: number): Promise<Contents> {
  const table = await DeltaTable.open(url, { engine, version });
  let files = 0;
  for await (const file of table.files()) if (file.path !== undefined) files++;
  return { version: table.version, files, ...(await digestOf(table.scan().rows())) };
}

/** A server with tables behind it. */
export interface Behind {
  readonly server: FaultServer;
  /** Where its objects are in memory. */
  readonly objects?: S3Objects;
  /** URL of a table. */
  url(name: string): string;
}

/** Tables in a bucket, behind a server that fails by plan. */
export class Lake implements Behind {
  readonly server: FaultServer;
  readonly objects: S3Objects;

  private constructor(server: FaultServer, objects: S3Objects) {
    this.server = server;
    this.objects = objects;
  }

  static async start(tables: readonly BadTable[], options: FaultServerOptions = {}): Promise<Lake> {
    const objects = new S3Objects();
    const upstream: Upstream = (asked) => objects.answer(asked);
    const lake = new Lake(await FaultServer.start(upstream, options), objects);
    for (const table of tables) await lake.put(table);
    return lake;
  }

  /** Puts a table's files into the bucket. */
  async put({ name, storage, url }: BadTable): Promise<void> {
    for (const file of storage.urls()) {
      this.objects.put(`${BUCKET}/${name}/${decodeURIComponent(file.slice(url.length))}`, await storage.read(file));
    }
  }

  url(name: string): string {
    return `s3://${BUCKET}/${name}/`;
  }

  /** The path of a file, as the server knows it. */
  path(name: string, file: string): string {
    return `${BUCKET}/${name}/${file}`;
  }
}
