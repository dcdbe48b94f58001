import { nodeEngine } from "@asyncdelta/engine-node";
import { memoryStorage } from "@asyncdelta/kernel-core/testing";
import { type DataType, Field, Int64, type RecordBatch, Schema, Struct, Table, tableToIPC, Utf8 } from "apache-arrow";
import { Table as WasmTable, writeParquet } from "parquet-wasm";
import { logSchema } from "../../src/log/log-schema.js";
import type { Action } from "./log-table.js";

const V2_FIELDS: readonly Field[] = [
  new Field("checkpointMetadata", new Struct([new Field("version", new Int64(), true)]), true),
  new Field(
    "sidecar",
    new Struct<Record<string, DataType>>([
      new Field("path", new Utf8(), true),
      new Field("sizeInBytes", new Int64(), true),
      new Field("modificationTime", new Int64(), true),
    ]),
    true,
  ),
];

/** Actions as a Parquet file in the columns of a checkpoint, written by arrow-rs. */
export async function checkpointBytes(actions: readonly Action[]): Promise<Uint8Array> {
  const storage = memoryStorage();
  const url = "memory:///actions.json";
  const text = actions.map((action) => `${JSON.stringify(action)}\n`).join("");
  const bytes = new TextEncoder().encode(text);
  await storage.put(url, bytes, { mode: "overwrite" });
  const log = await logSchema({ files: true, stats: true, table: true });
  const present = new Set(actions.flatMap((action) => Object.keys(action)));
  const schema = new Schema([...log.fields, ...V2_FIELDS].filter((field) => present.has(field.name)));
  const batches: RecordBatch[] = [];
  const engine = nodeEngine({ storage });
  for await (const batch of engine.json.readBatches(url, { schema, range: { offset: 0, length: bytes.length } })) {
    batches.push(batch);
  }
  return writeParquet(WasmTable.fromIPCStream(tableToIPC(new Table(schema, batches), "stream")));
}
