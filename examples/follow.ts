// Follows a table while somebody writes to it: node examples/dist/follow.js
import { cp, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { DeltaTable } from "asyncdelta";

// A copy of a table of ten versions, of which the last three are still to be written.
const location = await mkdtemp(join(tmpdir(), "follow-"));
await cp(fileURLToPath(new URL("../tables/readings", import.meta.url)), location, { recursive: true });
const commitPath = (version: number) => join(location, "_delta_log", `${String(version).padStart(20, "0")}.json`);
for (const version of [7, 8, 9]) await rename(commitPath(version), join(location, `${version}.json`));

const table = await DeltaTable.open(location);
console.log(`the table is at version ${table.version}`);

const writing = write();
// Begins behind the table's version; one request now and then while nothing is new. `from: 10` would go on another day.
for await (const { version, timestamp, commitInfo, files } of table.follow({ pollMs: 20 })) {
  for await (const { adds } of files()) {
    console.log(`${version}, ${new Date(timestamp).toISOString()}: ${commitInfo?.operation} of ${adds.length} file`);
  }
  if (version === 9) break;
}

await writing;
await table.close();
await rm(location, { recursive: true });

/** In the place of another process: a commit is there as a whole, or not at all. */
async function write(): Promise<void> {
  for (const version of [7, 8, 9]) {
    await setTimeout(50);
    await rename(join(location, `${version}.json`), commitPath(version));
  }
}
