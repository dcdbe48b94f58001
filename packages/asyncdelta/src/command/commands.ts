import type { CommandOptions, Format, OptionName } from "./options.js";
import type { Output } from "./output.js";

/** What a command of the command line does; each is loaded when it is called. */
export type Command = (location: string, options: CommandOptions, output: Output) => Promise<void>;

export interface CommandEntry {
  readonly summary: string;
  readonly options: readonly OptionName[];
  /** What `--format` may be; `--json` is short for `jsonl`. */
  readonly formats: readonly Format[];
  load(): Promise<Command>;
}

/** Every command by name, in the order of the help text. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  info: {
    summary: "Print the version, protocol, metadata and schema of a table",
    options: ["json", "version", "timestamp", "parquet"],
    formats: ["table", "jsonl"],
    load: async () => (await import("./info.js")).info,
  },
  files: {
    summary: "List the live data files",
    options: ["json", "format", "where", "limit", "version", "timestamp", "parquet"],
    formats: ["table", "jsonl", "csv"],
    load: async () => (await import("./files.js")).files,
  },
  read: {
    summary: "Print the rows",
    options: [
      "json",
      "format",
      "columns",
      "metadata-columns",
      "where",
      "explain",
      "analyze",
      "limit",
      "version",
      "timestamp",
      "parquet",
    ],
    formats: ["table", "jsonl", "csv", "arrow"],
    load: async () => (await import("./read.js")).read,
  },
  changes: {
    summary: "Print the rows that changed from version to version",
    options: ["from", "to", "json", "format", "columns", "limit", "parquet"],
    formats: ["table", "jsonl", "csv", "arrow"],
    load: async () => (await import("./changes.js")).changes,
  },
  history: {
    summary: "List the commits, newest first",
    options: ["json", "format", "limit", "version", "timestamp", "parquet"],
    formats: ["table", "jsonl", "csv"],
    load: async () => (await import("./history.js")).history,
  },
};
