import type { Storage } from "@asyncdelta/kernel-core";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { s3Storage } from "../../dist/s3/index.js";
import type { Installed } from "../servers/install.js";
import { installMoto, startMoto } from "../servers/moto.js";
import { installVersitygw, type S3Server, startVersitygw } from "../servers/versitygw.js";
import { readTable } from "./read-table.js";
import { deltalake } from "./store-tables.js";

const [versitygw, moto] = await Promise.all([installVersitygw(), installMoto()]);

const metadata = {
  protocol: { minReaderVersion: 1, minWriterVersion: 2 },
  metaData: {
    id: "5fba94ed-9794-4965-ba6e-6ee3c0d22af9",
    format: { provider: "parquet", options: {} },
    schemaString: JSON.stringify({
      type: "struct",
      fields: ["id:long", "text:string", "number:double", "p:string"].map((field) => {
        const [name, type] = field.split(":");
        return { name, type, nullable: true, metadata: {} };
      }),
    }),
    partitionColumns: ["p"],
    configuration: {},
    createdTime: 1_700_000_000_000,
  },
};

function lines(...actions: object[]): Uint8Array {
  return new TextEncoder().encode(actions.map((action) => `${JSON.stringify(action)}\n`).join(""));
}

function padded(version: number): string {
  return String(version).padStart(20, "0");
}

/** Names that deltalake would have escaped; Spark leaves most of them as they are. */
const directories = ["a b", "a+b", "a%b", "a%20b", "a=b", "a&b", "a'b(c)", "~a!*", "a;b,c", "a@b$c", "日本", "é", "🚀"];

function tables(name: string, installed: Installed, start: (path: string) => Promise<S3Server>): void {
  if ("missing" in installed) {
    console.error(`Skipped ${name}: ${installed.missing}.`);
    test.skip(`${name}: ${installed.missing}`);
    return;
  }
  describe(`tables of deltalake on ${name}`, () => {
    let server: S3Server;
    let storage: Storage;
    let theirs: ReturnType<typeof deltalake>;
    let root: string;
    beforeAll(async () => {
      server = await start(installed.path);
      const { url: endpoint, region, accessKeyId, secretAccessKey, bucket } = server;
      const options = {
        AWS_ENDPOINT_URL: endpoint,
        AWS_REGION: region,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_ALLOW_HTTP: "true",
      };
      theirs = deltalake(options);
      // What opens a table for deltalake opens it for us.
      storage = s3Storage({ ...options });
      root = `s3://${bucket}/some folder`;
      await theirs.write(["odd", "history", "large"].map((table) => `${root}/${table}`));
    }, 300_000);
    afterAll(() => server?.dispose());

    const rootOf = (table: string): string => `${root.replace(" ", "%20")}/${table}/`;

    it.each(["odd", "history", "large"])(
      "are read as deltalake reads them: %s",
      async (table) => {
        const [expected] = await theirs.read([`${root}/${table}`]);
        expect(expected!.count).toBeGreaterThan(20);
        expect(await readTable(storage, rootOf(table))).toEqual(expected);
      },
      120_000,
    );

    it("are read where keys hold every odd character, as deltalake reads them", async () => {
      const file = await firstFile(storage, rootOf("odd"));
      const adds = [];
      for (const directory of directories) {
        // The key is what stands in the log, decoded once.
        const path = `p=${encodeURIComponent(directory)}/part 1+1=%25.parquet`.replace(" ", "%20");
        await storage.put(rootOf("raw") + path, file.bytes, { mode: "create" });
        const add = { path, size: file.bytes.length, partitionValues: { p: directory }, modificationTime: 0 };
        adds.push({ add: { ...add, dataChange: true } });
      }
      const commit = lines({ protocol: metadata.protocol }, { metaData: metadata.metaData }, ...adds);
      expect(await storage.put(`${rootOf("raw")}_delta_log/${padded(0)}.json`, commit, { mode: "create" })).toBe(
        "created",
      );
      const ours = await readTable(storage, rootOf("raw"));
      expect(ours.rows!.map(([, , , p]) => p).sort()).toEqual([...directories].sort());
      const [expected] = await theirs.read([`${root}/raw`]);
      expect({ ...ours, rows: [...ours.rows!].sort(byPartition) }).toEqual({
        ...expected,
        rows: [...expected!.rows!].sort(byPartition),
      });
    }, 120_000);

    it("are read where the log has more files than a page of a listing", async () => {
      const log = `${rootOf("history")}_delta_log/`;
      const [before] = await theirs.read([`${root}/history`]);
      const last = before!.version + 1_500;
      for (let version = before!.version + 1; version <= last; version += 50) {
        const some = Array.from({ length: 50 }, (_, i) => version + i).filter((one) => one <= last);
        const commit = (one: number) => lines({ txn: { appId: "pages", version: one } });
        const put = (one: number) => storage.put(`${log}${padded(one)}.json`, commit(one), { mode: "create" });
        expect(new Set(await Promise.all(some.map(put)))).toEqual(new Set(["created"]));
      }
      const [expected] = await theirs.read([`${root}/history`]);
      expect(expected).toEqual({ ...before, version: last });
      expect(await readTable(storage, rootOf("history"))).toEqual(expected);
    }, 240_000);
  });
}

function byPartition(left: readonly unknown[], right: readonly unknown[]): number {
  return String(left[3]) < String(right[3]) ? -1 : 1;
}

/** A data file of a table, found in its first commit. */
async function firstFile(storage: Storage, root: string): Promise<{ readonly bytes: Uint8Array }> {
  const text = new TextDecoder().decode(await storage.read(`${root}_delta_log/${padded(0)}.json`));
  const actions = text.trim().split("\n");
  const { add } = actions.map((line) => JSON.parse(line)).find((action) => action.add !== undefined);
  return { bytes: await storage.read(root + add.path) };
}

tables("versitygw", versitygw, (path) => startVersitygw(path));
tables("moto", moto, (python) => startMoto(python));
