import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** Bytes of a table that is small. */
const SMALL = 60_000;

interface Expected {
  readonly error?: string;
  readonly features: readonly string[];
}

/** Names of the tables of the corpus that can be read, and quickly. None without a corpus. */
export function smallCorpusTables(corpus: string | undefined): string[] {
  if (corpus === undefined) return [];
  return readdirSync(corpus, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && isReadable(join(corpus, entry.name)))
    .map(({ name }) => name)
    .sort();
}

function isReadable(folder: string): boolean {
  const expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as Expected;
  if (expected.error !== undefined || expected.features.includes("no-readable-data")) return false;
  const table = join(folder, "table");
  let size = 0;
  for (const file of readdirSync(table, { recursive: true, encoding: "utf8" })) {
    const found = statSync(join(table, file));
    if (found.isFile()) size += found.size;
  }
  return size < SMALL;
}
