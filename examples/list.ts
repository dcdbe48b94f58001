// Lists the live files of a table, with their partition and their statistics: node examples/dist/list.js [TABLE]
import { DeltaTable } from "asyncdelta";

const table = await DeltaTable.open(process.argv[2] ?? new URL("../tables/trips", import.meta.url));

const files = new Map<string, { count: number; bytes: number; rows: number }>();
for await (const { partitionValues, size, stats } of table.files({ stats: true })) {
  const partition = Object.values(partitionValues).join("/") || "none";
  const sum = files.get(partition) ?? { count: 0, bytes: 0, rows: 0 };
  files.set(partition, sum);
  sum.count += 1;
  sum.bytes += size;
  sum.rows += stats === undefined ? Number.NaN : JSON.parse(stats).numRecords;
}
for (const [partition, { count, bytes, rows }] of [...files].sort()) {
  console.log(`${partition}: ${count} files, ${bytes} bytes, ${rows} rows`);
}
await table.close();
