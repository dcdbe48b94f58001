// Opens a table and shows what it is: node examples/dist/open.js [TABLE]
import { DeltaTable, typeName } from "asyncdelta";

const table = await DeltaTable.open(process.argv[2] ?? new URL("../tables/trips", import.meta.url));

console.log(`version ${table.version}, partitioned by ${table.metadata.partitionColumns.join(", ") || "nothing"}`);
for (const { name, type, nullable } of table.schema.fields) {
  console.log(`  ${name}: ${typeName(type)}${nullable ? "" : " not null"}`);
}
await table.close();
