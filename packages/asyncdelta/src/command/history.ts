import { type Commit, type JsonValue, stringifyExactJson } from "@asyncdelta/kernel-core";
import type { Cells } from "../format/cell-format.js";
import type { Command } from "./commands.js";
import { printItems } from "./print-items.js";
import { withTable } from "./with-table.js";

/** `asyncdelta history`: the commits up to the wanted version, newest first. */
export const history: Command = (location, options, output) =>
  withTable(location, options, (table) =>
    printItems(output, options, table.history({ limit: options.limit }), {
      columns: [
        { name: "version", numeric: true },
        { name: "timestamp", rigid: true },
        { name: "operation" },
        { name: "parameters" },
        { name: "engine" },
      ],
      cells: commitCells,
      json: ({ version, timestamp, commitInfo }) =>
        stringifyExactJson(commitInfo === undefined ? { version, timestamp } : { version, timestamp, commitInfo }),
    }),
  );

function commitCells({ version, timestamp, commitInfo = {} }: Commit): Cells {
  const { operation, operationParameters, engineInfo } = commitInfo;
  return [
    String(version),
    new Date(timestamp).toISOString(),
    plain(operation),
    plain(operationParameters),
    plain(engineInfo),
  ];
}

function plain(value: JsonValue | undefined): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === "string" ? value : stringifyExactJson(value);
}
