import { startProgress } from "../program/progress.js";
import { runCommand } from "../program/run-command.js";
import { findTable, makeTable } from "./make-tables.js";
import { type ManifestEntry, openTables } from "./manifest.js";
import { parseOptions, type TablesOptions, USAGE } from "./options.js";
import { SHAPES } from "./shapes.js";

/** Makes tables, and says of each what a right reader finds there. */
export async function main(args: readonly string[]): Promise<void> {
  await runCommand(USAGE, args, parseOptions, async (options) => {
    if (options.list || options.out === undefined) listShapes(options);
    else await makeTables(options.out, options);
  });
}

function listShapes({ json }: TablesOptions): void {
  const shapes = Object.entries(SHAPES).map(([name, { summary, large = false }]) => ({ name, summary, large }));
  if (json) console.log(JSON.stringify(shapes));
  else
    for (const { name, summary, large } of shapes)
      console.log(`${name.padEnd(24)}${summary}${large ? " (large)" : ""}`);
}

async function makeTables(out: string, { shapes, seed, skipExisting, json }: TablesOptions): Promise<void> {
  await openTables(out);
  const progress = startProgress(shapes.length);
  for (const name of shapes) {
    progress.step(name);
    const known = skipExisting ? await findTable(out, name, seed) : undefined;
    const entry = known ?? (await makeTable(out, name, seed, tellFiles));
    progress.done();
    console.log(json ? JSON.stringify({ shape: name, ...entry }) : line(name, entry));
  }
}

/** Behind the progress line of a terminal: a large table takes minutes. The cursor goes back to where it was. */
function tellFiles(files: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\u001b7: ${files} files\u001b8`);
}

function line(name: string, { version, files, size, log_objects: objects, log_bytes: bytes }: ManifestEntry): string {
  return `${name}: version ${version}, ${files} files of ${size} bytes; its log: ${objects} objects of ${bytes} bytes`;
}
