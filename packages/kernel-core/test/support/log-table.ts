import { nodeEngine } from "@asyncdelta/engine-node";
import { type Engine, type LiveFilesOptions, liveFiles, type Snapshot } from "@asyncdelta/kernel-core";
import { memoryStorage, recordingStorage, virtualClock } from "@asyncdelta/kernel-core/testing";
import { checkpointBytes } from "./checkpoint-bytes.js";

export type Action = Readonly<Record<string, object>>;

export const ROOT = "memory:///lake/t/";
export const LOG = `${ROOT}_delta_log/`;

export const protocol = (more: object = {}): Action => ({
  protocol: { minReaderVersion: 1, minWriterVersion: 2, ...more },
});

export const v2Protocol = (): Action =>
  protocol({
    minReaderVersion: 3,
    minWriterVersion: 7,
    readerFeatures: ["v2Checkpoint"],
    writerFeatures: ["v2Checkpoint"],
  });

export const metadata = (configuration: object = {}, id = "t"): Action => ({
  metaData: {
    id,
    format: { provider: "parquet", options: {} },
    schemaString: '{"type":"struct","fields":[{"name":"id","type":"long","nullable":true,"metadata":{}}]}',
    partitionColumns: [],
    configuration,
  },
});

export const add = (path: string, more: object = {}): Action => ({
  add: {
    path,
    partitionValues: {},
    size: 10,
    modificationTime: 1,
    dataChange: true,
    stats: '{"numRecords":3}',
    ...more,
  },
});

export const remove = (path: string, more: object = {}): Action => ({
  remove: { path, deletionTimestamp: 2, dataChange: true, ...more },
});

export const lines = (actions: readonly Action[]): string => actions.map((a) => `${JSON.stringify(a)}\n`).join("");

export const padded = (version: number): string => String(version).padStart(20, "0");

/** A table's log in a recorded memory store, and an engine over it whose round trips overlap on a virtual clock. */
export class LogTable {
  readonly memory = memoryStorage({ roundTrip: "costly" });
  readonly clock = virtualClock({ idle: () => new Promise((resolve) => setImmediate(resolve)) });
  readonly storage = recordingStorage(this.memory, { clock: this.clock, delayMs: 30 });
  readonly engine: Engine = { ...nodeEngine({ storage: this.storage }), clock: this.clock };

  /** `lastModified` in milliseconds; a second after the last write by default. */
  put(name: string, content: string | Uint8Array, lastModified?: number): void {
    this.memory.set(LOG + name, content, lastModified === undefined ? {} : { lastModified });
  }

  async delete(name: string): Promise<void> {
    await this.memory.delete(LOG + name);
  }

  commit(version: number, actions: readonly Action[], lastModified?: number): void {
    this.put(`${padded(version)}.json`, lines(actions), lastModified);
  }

  /** Commits 0 to `last`, each of one file `f<version>`; the first with protocol and metadata. */
  commits(last: number, first: readonly Action[] = [protocol(), metadata()]): void {
    for (let version = 0; version <= last; version++) {
      this.commit(version, version === 0 ? [...first, add("f0")] : [add(`f${version}`)]);
    }
  }

  /** A Parquet file of the log, such as a checkpoint, a part of one, or a sidecar. Gives its size. */
  async parquet(name: string, actions: readonly Action[]): Promise<number> {
    const bytes = await checkpointBytes(actions);
    this.put(name, bytes);
    return bytes.length;
  }

  async paths(snapshot: Snapshot, options: LiveFilesOptions = {}): Promise<string[]> {
    const paths: string[] = [];
    for await (const batch of liveFiles(this.engine, snapshot, options))
      for (const file of batch) paths.push(file.path);
    return paths.sort();
  }
}

/** Names `f<from>` to `f<to>`, sorted as texts. */
export const names = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => `f${from + i}`).sort();
