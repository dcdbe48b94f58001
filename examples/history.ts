// Shows what was done to a table, newest first: node examples/dist/history.js [TABLE]
import { DeltaTable } from "asyncdelta";

const table = await DeltaTable.open(process.argv[2] ?? new URL("../tables/trips", import.meta.url));

for await (const { version, commitInfo } of table.history({ limit: 5 })) {
  console.log(`${version}: ${commitInfo?.operation} by ${commitInfo?.engineInfo}`);
}
await table.close();
