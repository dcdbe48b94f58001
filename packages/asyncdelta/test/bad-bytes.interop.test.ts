/**
 * Damaged tables beside deltalake, which reads the same bytes: where both give rows, they must be the same. Where one alone
 * gives any is counted, and printed: neither reader must accept what the other does.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeltaTable, isDeltaError, nodeEngine } from "asyncdelta";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copyTable } from "./bad-bytes/bad-table.js";
import { pickCase } from "./bad-bytes/case.js";
import { OtherReader, type Reading } from "./bad-bytes/other-reader.js";
import { scaled } from "./bad-bytes/random.js";
import { smallTables } from "./bad-bytes/small-tables.js";
import { rowWriter } from "./histories/canonical-row.js";

const tables = await smallTables();
const engine = nodeEngine();
const deltalake = new OtherReader();
const counts = new Map<string, number>();
let out: string;

beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), "asyncdelta-bad-"));
});

afterAll(async () => {
  deltalake.stop();
  await engine.close();
  await rm(out, { recursive: true });
  console.info(`Damaged tables, by who reads them: ${[...counts].map((count) => count.join(" ")).join(", ")}`);
});

describe("a damaged table, as deltalake reads it", () => {
  it.each(tables)("has the same rows or none: $name", { timeout: 600_000 }, async (table) => {
    const folder = join(out, table.name);
    await copyTable(table, folder);
    const whole = await deltalake.read(folder);
    expect(whole.error).toBeUndefined();
    expect(await readRows(folder)).toEqual(whole);
    for (let seed = 0; seed < scaled(50); seed++) {
      const { file, bytes } = pickCase(table, seed, undefined);
      const path = join(folder, decodeURIComponent(file.url.slice(table.url.length)));
      await writeFile(path, bytes);
      const ours = await readRows(folder);
      const theirs = await deltalake.read(folder);
      await writeFile(path, file.bytes);
      if (ours.rows !== undefined && theirs.rows !== undefined) {
        // deltalake does not read compactions: where one stands in for the damaged commit, we do not see the damage.
        const isStoodIn = table.name === "compacted" && /\/\d{20}\.json$/.test(path);
        const right = isStoodIn ? [theirs.rows, whole.rows] : [theirs.rows];
        expect(right, `case ${seed}, ${path}`).toContainEqual(ours.rows);
      }
      count(ours, theirs);
    }
  });
});

function count(ours: Reading, theirs: Reading): void {
  const [we, they] = [ours.rows !== undefined, theirs.rows !== undefined];
  const who = we && they ? "both" : we ? "asyncdelta alone" : they ? "deltalake alone" : "neither";
  counts.set(who, (counts.get(who) ?? 0) + 1);
  const end = theirs.error === "hangs" || theirs.error === "crashes" ? `deltalake ${theirs.error}` : undefined;
  if (end !== undefined) counts.set(end, (counts.get(end) ?? 0) + 1);
}

async function readRows(folder: string): Promise<Reading> {
  try {
    const table = await DeltaTable.open(folder, { engine: { ...engine } });
    const write = rowWriter(table.schema);
    const rows: string[] = [];
    for await (const row of table.scan().rows()) rows.push(write(row));
    return { rows: rows.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))) };
  } catch (error) {
    if (!isDeltaError(error)) throw error;
    return { error: error.code };
  }
}
