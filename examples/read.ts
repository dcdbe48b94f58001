// Reads two columns of a table: node examples/dist/read.js [TABLE COLUMN…]
import { DeltaTable } from "asyncdelta";

const [location = new URL("../tables/trips", import.meta.url), ...names] = process.argv.slice(2);
const columns = names.length > 0 ? names : ["id", "fare"];
const table = await DeltaTable.open(location);

// As Arrow batches, as they come: several files are read at once, and the rows are still in order.
let count = 0;
for await (const batch of table.scan({ columns })) count += batch.numRows;
console.log(`${count} rows of ${columns.join(", ")}`);

// As plain objects with exact values: a long is a bigint, a decimal its text. Leaving early stops the reading.
let shown = 0;
for await (const row of table.scan({ columns }).rows()) {
  console.log(row);
  if (++shown === 3) break;
}
await table.close();
