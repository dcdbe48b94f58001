import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { DeltaTable } from "asyncdelta";
import { describe, expect, test } from "vitest";

const python = process.env.ASYNCDELTA_PYTHON;

/** Prints the rows of each version as JSON, each cell a text, as deltalake and pyarrow read them. */
const READ = `
import datetime, json, sys
from deltalake import DeltaTable

def text(value):
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return None if value is None else str(value)

def rows(version):
    table = DeltaTable(sys.argv[1], version=version).to_pyarrow_table()
    return [{name: text(value) for name, value in row.items()} for row in table.to_pylist()]

print(json.dumps([rows(version) for version in range(DeltaTable(sys.argv[1]).version() + 1)]))
`;

async function theirs(location: string): Promise<object[][]> {
  const { stdout } = await promisify(execFile)(python!, ["-c", READ, location]);
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

describe.skipIf(python === undefined)("the example tables, beside deltalake", () => {
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
