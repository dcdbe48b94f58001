// Reads a table as it was, by version and by time: node examples/dist/time-travel.js
import { DeltaTable } from "asyncdelta";

const location = new URL("../tables/readings", import.meta.url);

const latest = await DeltaTable.open(location);
const third = await DeltaTable.open(location, { version: 2 });
const atFive = await DeltaTable.open(location, { timestamp: "2026-03-01T05:30:00Z" });

for (const table of [latest, third, atFive]) {
  const time = new Date(table.timestamp).toISOString();
  console.log(`version ${table.version} of ${time}: ${await table.scan().count()} rows`);
  await table.close();
}
