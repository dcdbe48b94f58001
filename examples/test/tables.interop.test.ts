import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { DeltaTable } from "asyncdelta";
import { describe, expect, test } from "vitest";
import { python, scriptArguments } from "../../packages/engine-node/test/interop/python.js";

const READ = new URL("./read_versions.py", import.meta.url);

async function theirs(location: string): Promise<object[][]> {
  const { stdout } = await promisify(execFile)(python, scriptArguments(READ, location), { maxBuffer: 2 ** 24 });
  return JSON.parse(stdout);
}

async function ours(location: string, version: number): Promise<object[]> {
  const table = await DeltaTable.open(location, { version });
  const rows: object[] = [];
  for await (const row of table.scan().rows()) {
    const cells = Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)]);
    rows.push(Object.fromEntries(cells));
  }
  await table.close();
  return rows;
}

/** Rows have no order, so they are compared as sorted texts. */
function sorted(rows: readonly object[]): string[] {
  return rows.map((row) => JSON.stringify(Object.entries(row).sort())).sort();
}

describe("the example tables, beside deltalake", () => {
  test.each([
    ["trips", 12, 117],
    ["readings", 9, 30],
  ])("%s has the same rows at each version", async (name, latest, count) => {
    const location = fileURLToPath(new URL(`../tables/${name}`, import.meta.url));
    const versions = await theirs(location);
    expect(versions).toHaveLength(latest + 1);
    for (const [version, rows] of versions.entries()) {
      expect(sorted(await ours(location, version))).toEqual(sorted(rows));
    }
    expect(versions[latest]).toHaveLength(count);
  });
});
