import { type AddFile, type JsonValue, stringifyExactJson } from "@asyncdelta/kernel-core";
import type { Cells } from "../format/cell-format.js";
import type { Command } from "./commands.js";
import { printItems } from "./print-items.js";
import { withTable } from "./with-table.js";

/** `asyncdelta files`: the live files, as their `add` actions are in the log. */
export const files: Command = (location, options, output) =>
  withTable(location, options, (table) =>
    printItems(output, options, table.files({ stats: true, where: options.where }), {
      columns: [
        { name: "path" },
        { name: "size", numeric: true },
        { name: "records", numeric: true },
        { name: "partition" },
        { name: "deleted", numeric: true },
        { name: "modified", rigid: true },
      ],
      cells: fileCells,
      json: (file) => stringifyExactJson(file as unknown as JsonValue),
    }),
  );

function fileCells(file: AddFile): Cells {
  const partition = Object.entries(file.partitionValues).map(([name, value]) => `${name}=${value ?? "null"}`);
  return [
    file.path,
    String(file.size),
    records(file.stats),
    partition.length === 0 ? null : partition.join(", "),
    file.deletionVector === undefined ? null : String(file.deletionVector.cardinality),
    new Date(file.modificationTime).toISOString(),
  ];
}

function records(stats: string | undefined): string | null {
  if (stats === undefined) return null;
  try {
    const { numRecords } = JSON.parse(stats) as { numRecords?: number };
    return numRecords === undefined ? null : String(numRecords);
  } catch {
    // Statistics are no more than a hint here: --json shows them as they are.
    return null;
  }
}
