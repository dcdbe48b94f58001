import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findShape } from "./shapes.js";
import { type TableFacts, TableFolder } from "./table-folder.js";

/** What `manifest.json` says of a table: what a right reader finds, and what lies on disk. */
export interface ManifestEntry extends TableFacts {
  readonly seed: number;
  readonly log_objects: number;
  readonly log_bytes: number;
}

export type Manifest = Readonly<Record<string, ManifestEntry>>;

/** Makes a table in `out`, replacing one of the same name, and enters it in `manifest.json`. */
export async function makeTable(out: string, name: string, seed: number): Promise<ManifestEntry> {
  const shape = findShape(name);
  if (shape === undefined) throw new RangeError(`There is no shape ${name}.`);
  await mkdir(out, { recursive: true });
  const folder = await TableFolder.create(out, name, seed);
  const facts = await shape.make(folder);
  const entry = { ...facts, seed, ...(await folder.weigh()) };
  await enter(out, name, entry);
  return entry;
}

async function enter(out: string, name: string, entry: ManifestEntry): Promise<void> {
  const entries = { ...(await readManifest(out)), [name]: entry };
  const sorted = Object.fromEntries(
    Object.entries(entries)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([shape, facts]) => [shape, Object.fromEntries(Object.entries(facts).sort())]),
  );
  const file = join(out, "manifest.json");
  await writeFile(`${file}.tmp`, JSON.stringify(sorted, null, 1));
  await rename(`${file}.tmp`, file);
}

/** The manifest of a folder of tables; empty where there is none. */
export async function readManifest(out: string): Promise<Manifest> {
  try {
    return JSON.parse(await readFile(join(out, "manifest.json"), "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
}
