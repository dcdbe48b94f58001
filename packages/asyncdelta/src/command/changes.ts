import type { Command } from "./commands.js";
import type { VersionOrTime } from "./options.js";
import { printBatches } from "./print-batches.js";
import { withTable } from "./with-table.js";

/** `asyncdelta changes`: the change feed of a range of versions. */
export const changes: Command = (location, options, output) =>
  withTable(location, options, async (table) => {
    const from = ends(options.from);
    const to = ends(options.to);
    const feed = table.changes({
      from: from.version,
      fromTimestamp: from.timestamp,
      to: to.version,
      toTimestamp: to.timestamp,
      columns: options.columns,
    });
    const { schema } = await feed.plan();
    await printBatches(output, options, { schema, arrowSchema: () => feed.arrowSchema(), batches: feed });
  });

function ends(end: VersionOrTime | undefined): { version?: number; timestamp?: number } {
  return end ?? {};
}
