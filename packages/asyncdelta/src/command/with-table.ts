import { DeltaTable } from "../delta-table.js";
import type { CommandOptions } from "./options.js";

/** Opens the table that a call is about, and closes it whatever happens. */
export async function withTable(
  location: string,
  { version, timestamp, parquet, storage }: CommandOptions,
  use: (table: DeltaTable) => Promise<void>,
): Promise<void> {
  const table = await DeltaTable.open(location, { version, timestamp, engineOptions: { parquet }, storage });
  try {
    await use(table);
  } finally {
    await table.close();
  }
}
