import { join } from "node:path";
import { changeManifest, type ManifestEntry, openTables, readManifest } from "./manifest.js";
import { findShape } from "./shapes.js";
import { TableFolder, type Told, weighLog } from "./table-folder.js";

/**
 * Makes a table in `out`, replacing one of the same name, and enters it in `manifest.json`. The one that was there stays,
 * and stays in the manifest, until the new one is whole.
 */
export async function makeTable(out: string, name: string, seed: number, told?: Told): Promise<ManifestEntry> {
  const shape = findShape(name);
  if (shape === undefined) throw new RangeError(`There is no shape ${name}.`);
  await openTables(out);
  const folder = await TableFolder.create(out, name, seed, told);
  try {
    const facts = await shape.make(folder);
    const entry = { ...facts, seed, ...(await weighLog(folder.log)) };
    await changeManifest(out, name, undefined);
    await folder.moveTo(join(out, name));
    await changeManifest(out, name, entry);
    return entry;
  } catch (error) {
    await folder.discard();
    throw error;
  }
}

/**
 * What the manifest says of a table that is there already; `undefined` if it must be made: it is not listed, is of another
 * seed, or its log is not as large as the manifest says.
 */
export async function findTable(out: string, name: string, seed: number): Promise<ManifestEntry | undefined> {
  const entry = (await readManifest(out))[name];
  if (entry?.seed !== seed) return undefined;
  const weight = await weighLog(join(out, name, "_delta_log")).catch(() => undefined);
  const isWhole = weight?.log_objects === entry.log_objects && weight.log_bytes === entry.log_bytes;
  return isWhole ? entry : undefined;
}
