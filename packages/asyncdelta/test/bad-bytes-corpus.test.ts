/** Damaged tables, as in `bad-bytes.test.ts`: the small ones of the corpus. */
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { loadTable } from "./bad-bytes/bad-table.js";
import { Cases } from "./bad-bytes/cases.js";
import { smallCorpusTables } from "./bad-bytes/corpus-tables.js";
import { Judge } from "./bad-bytes/judge.js";
import { scaled } from "./bad-bytes/random.js";

const corpus = process.env.ASYNCDELTA_CORPUS;

describe.skipIf(corpus === undefined)("a table of the corpus of which a file is damaged", () => {
  const cases = new Cases();
  afterAll(() => cases.end());

  it.each(smallCorpusTables(corpus))("is right or an error: %s", { timeout: 120_000 }, async (name) => {
    const judge = await Judge.of(await loadTable(name, join(corpus!, name, "table")));
    expect(await cases.run(judge, { parquet: "javascript" }, scaled(40))).toEqual([]);
  });
});
