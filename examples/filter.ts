// Reads the rows for which a predicate is true, and says what that spared: node examples/dist/filter.js [TABLE PREDICATE]
import { and, col, DeltaTable } from "asyncdelta";

const [location = new URL("../tables/trips", import.meta.url), text] = process.argv.slice(2);
// As text, in SQL's spelling, or made of columns.
const where = text ?? and(col("city").eq("Lisbon"), col("pickup").gte(new Date("2026-03-08")), col("fare").gt(30));
const table = await DeltaTable.open(location);

// Partition values and statistics tell which files to read; no data file has been opened yet.
const { where: meaning, live, skippedByPartition, skippedByStatistics, read } = await table.scan({ where }).explain();
console.log(`where ${meaning}`);
console.log(`${live.files} files of ${live.bytes} bytes`);
console.log(`-${skippedByPartition.files} by their partition, -${skippedByStatistics.files} by their statistics`);
console.log(`${read.files} to read, ${read.bytes} bytes`);

// What reading them spares besides: row groups by footers, bloom filters and dictionaries, and single pages.
const { analysis } = await table.scan({ where }).explain({ analyze: true });
console.log(`${analysis?.read.bytes} of ${analysis?.there.bytes} bytes of their columns, for ${analysis?.rows} rows`);

// Just the rows that are wanted, in whatever columns.
for await (const row of table.scan({ where, columns: ["id", "fare"] }).rows()) console.log(row);
await table.close();
