import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { nodeEngine } from "@asyncdelta/engine-node";
import { afterAll, describe, expect, it } from "vitest";
import { planChanges } from "../src/changes/plan-changes.js";
import { readChangeTasks } from "../src/changes/read-changes.js";
import type { DataType } from "../src/schema/types.js";
import { rowsOf } from "./support/arrow-files.js";

const corpus = process.env.ASYNCDELTA_CORPUS;

/** The change feed of a table as Delta Spark read it; `_commit_timestamp` is left out. */
interface ExpectedFeed {
  readonly startVersion: number;
  readonly endVersion: number;
  readonly columns: readonly string[];
  readonly rows: readonly unknown[][];
}

const feeds = new Map<string, ExpectedFeed>();
for (const name of corpus === undefined ? [] : readdirSync(corpus)) {
  const file = join(corpus!, name, "expected.json");
  if (!existsSync(file)) continue;
  const { cdf } = JSON.parse(readFileSync(file, "utf8")) as { cdf?: ExpectedFeed };
  if (cdf?.rows !== undefined) feeds.set(name, cdf);
}

/** A value in the corpus's encoding, of those types that its feeds have. */
function encoded(value: unknown, type: DataType): unknown {
  if (value === null) return null;
  if (type.kind === "struct") {
    return Object.values(value as object).map((member, index) => encoded(member, type.fields[index]!.type));
  }
  if (type.kind !== "primitive") throw new Error(`no encoding of ${type.kind}`);
  if (type.name === "long") return String(value);
  if (type.name === "date") return new Date((value as number) * 86_400_000).toISOString().slice(0, 10);
  return value;
}

describe.skipIf(corpus === undefined)("real change feeds", () => {
  const engine = nodeEngine();
  afterAll(() => engine.close());

  it("are there", () => {
    expect(feeds.size).toBeGreaterThanOrEqual(10);
  });

  for (const [name, expected] of feeds) {
    it(`${name}: has the rows that Delta Spark found`, async () => {
      const root = `${pathToFileURL(join(corpus!, name, "table")).href}/`;
      const { startVersion: from, endVersion: to } = expected;
      const changes = await planChanges(engine, root, { from, to });
      const fields = changes.schema.fields.slice(0, -1);
      expect(fields.map((field) => field.name)).toEqual(expected.columns);
      const rows: string[] = [];
      const versions: unknown[] = [];
      for await (const batch of readChangeTasks(engine, changes.tasks())) {
        for (const row of rowsOf(batch)) {
          rows.push(JSON.stringify(fields.map((field) => encoded(row[field.name], field.type))));
          versions.push(row._commit_version);
        }
      }
      expect(rows.sort()).toEqual(expected.rows.map((row) => JSON.stringify(row)).sort());
      expect(versions).toEqual([...versions].sort((a, b) => Number((a as bigint) - (b as bigint))));
    });
  }

  it.runIf(corpus)(
    "cdf-table-with-dv: deletes and restores rows by inline vectors, and refuses the one that is no Base85",
    async () => {
      const root = `${pathToFileURL(join(corpus!, "cdf-table-with-dv", "table")).href}/`;
      const read = async (to: number) => {
        const changes = await planChanges(engine, root, { from: 1, to });
        const counts: Record<string, number> = {};
        for await (const batch of readChangeTasks(engine, changes.tasks())) {
          for (const { _change_type, _commit_version } of rowsOf(batch)) {
            const key = `${_commit_version} ${_change_type}`;
            counts[key] = (counts[key] ?? 0) + 1;
          }
        }
        return counts;
      };
      expect(await read(4)).toEqual({ "1 delete": 2, "2 insert": 2, "3 delete": 4, "4 insert": 2 });
      await expect(read(5)).rejects.toThrow(expect.objectContaining({ code: "DELETION_VECTOR_CORRUPT" }));
    },
  );
});
