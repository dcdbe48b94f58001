import type { Storage } from "@asyncdelta/kernel-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type ReadTable, readTable } from "./read-table.js";

/** A store with the tables `odd`, `history` and `large` of `store_tables.py` in it. */
export interface StoreWithTables {
  readonly storage: Storage;
  /** URL of the folder of the tables as deltalake takes it, not encoded, without a slash at the end. */
  readonly root: string;
  /** What deltalake reads of a table. */
  read(url: string): Promise<ReadTable>;
  dispose(): Promise<void>;
}

const COLUMNS = ["id:long", "text:string", "number:double", "p:string"];
const METADATA = {
  id: "5fba94ed-9794-4965-ba6e-6ee3c0d22af9",
  format: { provider: "parquet", options: {} },
  schemaString: JSON.stringify({
    type: "struct",
    fields: COLUMNS.map((column) => {
      const [name, type] = column.split(":");
      return { name, type, nullable: true, metadata: {} };
    }),
  }),
  partitionColumns: ["p"],
  configuration: {},
  createdTime: 1_700_000_000_000,
};

/** Names that deltalake would have escaped; Spark leaves most of them as they are. */
const DIRECTORIES = ["a b", "a+b", "a%b", "a%20b", "a=b", "a&b", "a'b(c)", "~a!*", "a;b,c", "a@b$c", "日本", "é", "🚀"];

/** Tests that tables on a store, whose listings have so many names a page, are read as deltalake reads them there. */
export function tableCases(page: number, start: () => Promise<StoreWithTables>): void {
  let store: StoreWithTables;
  beforeAll(async () => {
    store = await start();
  }, 300_000);
  afterAll(() => store?.dispose());

  const ours = (table: string): Promise<ReadTable> => readTable(store.storage, rootOf(table));
  const theirs = (table: string): Promise<ReadTable> => store.read(`${store.root}/${table}`);
  const rootOf = (table: string): string => `${store.root.replaceAll(" ", "%20")}/${table}/`;

  it.each(["odd", "history", "large"])(
    "reads tables as deltalake reads them: %s",
    async (table) => {
      const expected = await theirs(table);
      expect(expected.count).toBeGreaterThan(20);
      expect(await ours(table)).toEqual(expected);
    },
    120_000,
  );

  it("reads a table whose names hold every odd character, as deltalake reads it", async () => {
    const { storage } = store;
    const bytes = await firstFile(storage, rootOf("odd"));
    const adds: object[] = [];
    for (const directory of DIRECTORIES) {
      const path = `p=${encodeURIComponent(directory)}/part%201+1=%25.parquet`;
      expect(await storage.put(rootOf("raw") + path, bytes, { mode: "create" })).toBe("created");
      const add = {
        path,
        size: bytes.length,
        partitionValues: { p: directory },
        modificationTime: 0,
        dataChange: true,
      };
      adds.push({ add });
    }
    const commit = lines({ protocol: { minReaderVersion: 1, minWriterVersion: 2 } }, { metaData: METADATA }, ...adds);
    await storage.put(commitUrl(rootOf("raw"), 0), commit, { mode: "create" });
    const read = await ours("raw");
    expect(read.rows!.map(([, , , p]) => p).sort()).toEqual([...DIRECTORIES].sort());
    const expected = await theirs("raw");
    expect({ ...read, rows: byPartition(read) }).toEqual({ ...expected, rows: byPartition(expected) });
  }, 120_000);

  it("reads a log whose last commits are on a later page of its listing", async () => {
    const { storage } = store;
    const log = `${rootOf("history")}_delta_log/`;
    const before = await theirs("history");
    const versions = [before.version + 1, before.version + 2];
    // Names that mean nothing to a reader, before those of the last commits.
    const filler = (index: number) => `${log}${padded(versions[0]!)}.filler-${padded(index)}`;
    for (let index = 0; index < page; index += 100) {
      const some = Array.from({ length: 100 }, (_, i) => filler(index + i));
      await Promise.all(some.map((url) => storage.put(url, lines({}), { mode: "overwrite" })));
    }
    for (const version of versions) {
      const commit = lines({ txn: { appId: "pages", version } });
      expect(await storage.put(commitUrl(rootOf("history"), version), commit, { mode: "create" })).toBe("created");
    }
    const expected = await theirs("history");
    expect(expected).toEqual({ ...before, version: versions[1] });
    expect(await ours("history")).toEqual(expected);
    const sizes: number[] = [];
    for await (const { length } of storage.list(log)) sizes.push(length);
    expect(sizes.length).toBeGreaterThan(1);
  }, 240_000);
}

function commitUrl(root: string, version: number): string {
  return `${root}_delta_log/${padded(version)}.json`;
}

function padded(version: number): string {
  return String(version).padStart(20, "0");
}

function lines(...actions: readonly object[]): Uint8Array {
  return new TextEncoder().encode(actions.map((action) => `${JSON.stringify(action)}\n`).join(""));
}

function byPartition({ rows }: ReadTable): unknown[] {
  return [...rows!].sort((left, right) => (String(left[3]) < String(right[3]) ? -1 : 1));
}

/** The bytes of a data file of a table, found in its first commit. */
async function firstFile(storage: Storage, root: string): Promise<Uint8Array> {
  const text = new TextDecoder().decode(await storage.read(commitUrl(root, 0)));
  const actions = text.trim().split("\n");
  const { add } = actions.map((line) => JSON.parse(line)).find((action) => action.add !== undefined);
  return storage.read(root + add.path);
}
