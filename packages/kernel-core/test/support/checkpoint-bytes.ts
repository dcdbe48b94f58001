import { nodeEngine } from "@asyncdelta/engine-node";
import { memoryStorage } from "@asyncdelta/kernel-core/testing";
import { type RecordBatch, Schema, Table, tableToIPC } from "apache-arrow";
import { Table as WasmTable, writeParquet } from "parquet-wasm";
import { logSchema } from "../../src/log/log-schema.js";
import type { Action } from "./log-table.js";

/** Actions as a Parquet file in the columns of a checkpoint, written by arrow-rs. */
export async function checkpointBytes(actions: readonly Action[]): Promise<Uint8Array> {
  const storage = memoryStorage();
  const url = "memory:///actions.json";
  const text = actions.map((action) => `${JSON.stringify(action)}\n`).join("");
  const bytes = new TextEncoder().encode(text);
  await storage.put(url, bytes, { mode: "overwrite" });
  const log = await logSchema({ files: true, stats: true, table: true });
  const present = new Set(actions.flatMap((action) => Object.keys(action)));
  const schema = new Schema(log.fields.filter((field) => present.has(field.name)));
  const batches: RecordBatch[] = [];
  const engine = nodeEngine({ storage });
  for await (const batch of engine.json.readBatches(url, { schema, range: { offset: 0, length: bytes.length } })) {
    batches.push(batch);
  }
  return writeParquet(WasmTable.fromIPCStream(tableToIPC(new Table(schema, batches), "stream")));
}
