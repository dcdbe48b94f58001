import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

const text = (path: string): Promise<string> => readFile(new URL(path, import.meta.url), "utf8");

test("docs/errors.md has a row for each code, in the order of the type, with all four columns", async () => {
  const codes = Array.from((await text("../src/errors.ts")).matchAll(/^ {2}\| "([A-Z_]+)"/gm), ([, code]) => code);
  const rows = (await text("../../../docs/errors.md")).split("\n").filter((line) => line.startsWith("| `"));
  expect(codes.length).toBeGreaterThan(20);
  expect(rows.map((row) => /^\| `([A-Z_]+)` \|/.exec(row)?.[1])).toEqual(codes);
  // A row has the code, what it means, whether to try again, and what to do.
  for (const row of rows) expect(row.split(" | ")).toHaveLength(4);
});
