import { access, constants, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CommandFailed } from "../program/errors.js";
import type { LogWeight, TableFacts } from "./table-folder.js";

/** What `manifest.json` says of a table: what a right reader finds, and what lies on disk. */
export interface ManifestEntry extends TableFacts, LogWeight {
  readonly seed: number;
}

export type Manifest = Readonly<Record<string, ManifestEntry>>;

/**
 * Makes the folder of the tables where there is none, and gives its manifest. What can be refused is refused here,
 * before the work.
 *
 * @throws CommandFailed if tables cannot be written there, or the manifest cannot be read
 */
export async function openTables(out: string): Promise<Manifest> {
  try {
    await mkdir(out, { recursive: true });
    await access(out, constants.W_OK);
  } catch (error) {
    throw new CommandFailed(`Tables cannot be written into ${out} (${(error as Error).message}): name another folder.`);
  }
  return readManifest(out);
}

/** The manifest of a folder of tables; empty where there is none. */
export async function readManifest(out: string): Promise<Manifest> {
  const file = join(out, "manifest.json");
  try {
    const manifest: unknown = JSON.parse(await readFile(file, "utf8"));
    if (isRecord(manifest) && Object.values(manifest).every(isRecord)) return manifest as unknown as Manifest;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    // What the parser says quotes the text, with its line breaks.
    if (!(error instanceof SyntaxError))
      throw new CommandFailed(`${file} cannot be read (${(error as Error).message}).`);
  }
  throw new CommandFailed(`${file} is not a manifest of tables: delete it to have its tables made anew.`);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
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
