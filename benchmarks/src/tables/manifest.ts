import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { LogWeight, TableFacts } from "./table-folder.js";

/** What `manifest.json` says of a table: what a right reader finds, and what lies on disk. */
export interface ManifestEntry extends TableFacts, LogWeight {
  readonly seed: number;
}

export type Manifest = Readonly<Record<string, ManifestEntry>>;

/** The manifest of a folder of tables; empty where there is none. */
export async function readManifest(out: string): Promise<Manifest> {
  try {
    return JSON.parse(await readFile(join(out, "manifest.json"), "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
}

/** Enters a table, or takes it out. */
export async function changeManifest(out: string, name: string, entry: ManifestEntry | undefined): Promise<void> {
  const before = await readManifest(out);
  if (entry === undefined && !Object.hasOwn(before, name)) return;
  const entries = Object.entries({ ...before, [name]: entry }).filter(([, facts]) => facts !== undefined);
  const sorted = Object.fromEntries(
    entries
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([shape, facts]) => [shape, Object.fromEntries(Object.entries(facts!).sort())]),
  );
  const file = join(out, "manifest.json");
  await writeFile(`${file}.tmp`, JSON.stringify(sorted, null, 1));
  await rename(`${file}.tmp`, file);
}
