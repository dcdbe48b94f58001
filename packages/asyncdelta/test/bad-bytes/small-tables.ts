import { readFile } from "node:fs/promises";
import { DeletionVector, encodeDeletionVector } from "../../../kernel-core/src/deletion-vector/deletion-vector.js";
import { deletionVectorFileName } from "../../../kernel-core/src/deletion-vector/location.js";
import { frameVectors } from "../../../kernel-core/src/deletion-vector/vector-format.js";
import { encodeZ85 } from "../../../kernel-core/src/deletion-vector/z85.js";
import {
  ChangeTable,
  column,
  feedMetadata,
  feedProtocol,
  vectorOf,
} from "../../../kernel-core/test/support/change-table.js";
import {
  type Action,
  add,
  lines,
  metadata,
  padded,
  protocol,
  ROOT,
  v2Protocol,
} from "../../../kernel-core/test/support/log-table.js";
import { READINGS, TRIPS } from "../cli.js";
import { type BadTable, badTable, loadTable } from "./bad-table.js";

const UUID = "80a083e8-7026-4e79-81be-64bd76c43a11";
/** As pyarrow writes it with `write_page_checksum`. */
const CHECKED = new URL("../../../engine-node/test/fixtures/parquet/codec-snappy.parquet", import.meta.url);

/** Tables that have between them a file of each kind, and are read in milliseconds. */
export async function smallTables(): Promise<readonly BadTable[]> {
  return Promise.all([
    loadTable("readings", READINGS),
    loadTable("trips", TRIPS),
    feed(),
    sidecars("json"),
    sidecars("parquet"),
    parts(),
    compacted(),
    checked(),
  ]);
}

/** Deletion vectors of each kind, change files, inserts and deletes. */
async function feed(): Promise<BadTable> {
  const table = new ChangeTable();
  const text = (first: number) => Array.from({ length: 20 }, (_, i) => `row ${first + i}`);
  const ids = (first: number) => Array.from({ length: 20 }, (_, i) => BigInt(first + i));
  for (const [path, first] of [
    ["a", 0],
    ["b", 100],
    ["c", 200],
    ["b2", 100],
  ] as const) {
    table.file(`${path}.parquet`, { id: ids(first), text: text(first) }, 8);
  }
  table.file("_change_data/c.parquet", {
    id: [101n, 102n],
    text: ["x", "y"],
    _change_type: ["update_preimage", "update_postimage"],
  });
  const sets = [
    [1, 3, 5, 7],
    [2, 4],
  ].map((rows) => ({ rows, bytes: encodeDeletionVector(DeletionVector.of(rows)) }));
  const { bytes, offsets } = frameVectors(sets.map((set) => set.bytes));
  const uuid = new Uint8Array(16).fill(7);
  table.memory.set(ROOT + deletionVectorFileName(uuid), bytes);
  const [one, two] = sets.map(({ rows, bytes: { length } }, i) => ({
    deletionVector: {
      storageType: "u",
      pathOrInlineDv: encodeZ85(uuid),
      offset: offsets[i]!,
      sizeInBytes: length,
      cardinality: rows.length,
    },
  }));
  const meta = feedMetadata([column("id", "long"), column("text", "string")]);
  table.commit(0, [feedProtocol, meta, table.added("a.parquet"), table.added("b.parquet")]);
  table.commit(1, [
    table.removed("a.parquet"),
    table.added("a.parquet", one),
    table.removed("b.parquet"),
    table.added("b.parquet", two),
  ]);
  table.commit(2, [
    table.removed("b.parquet", two),
    table.added("b2.parquet", two),
    table.changed("_change_data/c.parquet"),
  ]);
  table.commit(3, [table.added("c.parquet", vectorOf([0, 19]))]);
  return made("feed", table);
}

/** A V2 checkpoint whose files are in sidecars, as of version 3; commits of its versions are gone. */
async function sidecars(form: "json" | "parquet"): Promise<BadTable> {
  const table = new ChangeTable();
  const files = dataFiles(table, 6);
  for (const version of [4, 5]) table.commit(version, [files[version]!]);
  const top: Action[] = [{ checkpointMetadata: { version: 3 } }, v2Protocol(), metadata()];
  for (const [name, members] of [
    ["a", files.slice(0, 2)],
    ["b", files.slice(2, 4)],
  ] as const) {
    const sizeInBytes = await table.parquet(`_sidecars/${name}.parquet`, members);
    top.push({ sidecar: { path: `${name}.parquet`, sizeInBytes, modificationTime: 1 } });
  }
  const name = `${padded(3)}.checkpoint.${UUID}.${form}`;
  if (form === "json") table.put(name, lines(top));
  else await table.parquet(name, top);
  table.put("_last_checkpoint", JSON.stringify({ version: 3, size: 5, v2Checkpoint: { path: name } }));
  return made(`sidecars-${form}`, table);
}

/** A checkpoint in two parts, as of version 3, and a checksum of version 5. */
async function parts(): Promise<BadTable> {
  const table = new ChangeTable();
  const files = dataFiles(table, 6);
  for (const version of [4, 5]) table.commit(version, [files[version]!]);
  const part = (number: number) => `${padded(3)}.checkpoint.${String(number).padStart(10, "0")}.0000000002.parquet`;
  await table.parquet(part(1), [protocol(), metadata(), files[0]!, files[1]!]);
  await table.parquet(part(2), [files[2]!, files[3]!]);
  table.put("_last_checkpoint", JSON.stringify({ version: 3, size: 6, parts: 2 }));
  const { metaData } = metadata() as { metaData: object };
  table.put(
    `${padded(5)}.crc`,
    JSON.stringify({
      tableSizeBytes: 1,
      numFiles: 6,
      numMetadata: 1,
      numProtocol: 1,
      ...protocol(),
      metadata: metaData,
    }),
  );
  return made("parts", table);
}

/** A compaction of the middle of a log. */
async function compacted(): Promise<BadTable> {
  const table = new ChangeTable();
  const files = dataFiles(table, 6);
  for (const [version, file] of files.entries()) {
    table.commit(version, version === 0 ? [protocol(), metadata(), file] : [file]);
  }
  table.put(`${padded(1)}.${padded(4)}.compacted.json`, lines(files.slice(1, 5)));
  return made("compacted", table);
}

/** A file whose pages have checksums, as pyarrow writes them when asked. */
async function checked(): Promise<BadTable> {
  const bytes = await readFile(CHECKED);
  const fields = [
    column("int_null", "integer"),
    column("long", "long"),
    column("double", "double"),
    column("text", "string"),
    column("run", "boolean"),
  ];
  const { metaData } = metadata() as { metaData: object };
  const schemaString = JSON.stringify({ type: "struct", fields });
  const log = lines([
    protocol(),
    { metaData: { ...metaData, schemaString } },
    add("p.parquet", { size: bytes.length, stats: '{"numRecords":60}' }),
  ]);
  return badTable(
    "checked",
    new Map([
      ["p.parquet", bytes],
      [`_delta_log/${padded(0)}.json`, Buffer.from(log)],
    ]),
    { checked: true },
  );
}

/** Files of five rows, and their actions. */
function dataFiles(table: ChangeTable, count: number): Action[] {
  return Array.from({ length: count }, (_, i) => {
    table.ids(`f${i}.parquet`, i * 5, 5);
    return table.added(`f${i}.parquet`, { stats: '{"numRecords":5}' });
  });
}

async function made(name: string, { memory }: ChangeTable): Promise<BadTable> {
  const contents = new Map<string, Uint8Array>();
  for (const url of memory.urls()) contents.set(url.slice(ROOT.length), await memory.read(url));
  return badTable(name, contents);
}
