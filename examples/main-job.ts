// What `npm start` shows: a table is opened, its files listed and its first rows read, and the requests that took.
import { fileStorage, nodeEngine } from "@asyncdelta/engine-node";
import { recordingStorage } from "@asyncdelta/kernel-core/testing";
import { DeltaTable, typeName } from "asyncdelta";

const location = new URL("../tables/trips", import.meta.url);
const storage = recordingStorage(fileStorage());
const engine = nodeEngine({ storage });
const total = { requests: 0, rounds: 0, bytes: 0 };
const start = performance.now();

console.log("Open examples/tables/trips");
const table = await DeltaTable.open(location, { engine });
console.log(`  version ${table.version}, partitioned by ${table.metadata.partitionColumns.join(", ")}`);
console.log(`  ${table.schema.fields.map(({ name, type }) => `${name} ${typeName(type)}`).join(", ")}`);
report();

console.log("List its live files");
let files = 0;
let bytes = 0;
for await (const file of table.files()) {
  files += 1;
  bytes += file.size;
}
console.log(`  ${files} files, ${bytes} bytes`);
report();

console.log("Read its rows");
let rows = 0;
for await (const row of table.scan().rows()) {
  if (++rows <= 5) console.log(`  ${Object.values(row).map(String).join(" | ")}`);
}
console.log(`  … ${rows} rows`);
report();

const { requests, rounds, bytes: read } = total;
const time = Math.round(performance.now() - start);
console.log(`Together ${requests} requests in ${rounds} rounds, ${read} bytes, ${time} ms`);
await engine.close();

/** The requests since the last report. A round is what can be asked for at once, when the rounds before are answered. */
function report(): void {
  for (let round = 1; round <= storage.rounds; round++) {
    const made = storage.requests.filter((request) => request.round === round);
    const names = made.slice(0, 3).map(({ verb, url }) => `${verb} ${shortName(url)}`);
    const more = made.length > 3 ? ` and ${made.length - 3} more` : "";
    console.log(`    round ${total.rounds + round}: ${names.join(", ")}${more}`);
  }
  total.requests += storage.requests.length;
  total.rounds += storage.rounds;
  total.bytes += storage.bytesRead;
  storage.reset();
}

function shortName(url: string): string {
  const name = decodeURIComponent(url.slice(location.href.length + 1));
  return name.length <= 45 ? name : `${name.slice(0, 25)}…${name.slice(-19)}`;
}
