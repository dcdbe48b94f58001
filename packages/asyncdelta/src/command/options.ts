export type OptionName =
  | "version"
  | "timestamp"
  | "columns"
  | "metadata-columns"
  | "limit"
  | "format"
  | "json"
  | "help";

/** Every option of the command, as `parseArgs` wants it. */
export const OPTIONS: Readonly<Record<OptionName, { type: "string" } | { type: "boolean"; short?: string }>> = {
  version: { type: "string" },
  timestamp: { type: "string" },
  columns: { type: "string" },
  "metadata-columns": { type: "string" },
  limit: { type: "string" },
  format: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
};

export type Format = "table" | "jsonl" | "csv" | "arrow";

/** The options of a call, checked. */
export interface CommandOptions {
  readonly version?: number;
  readonly timestamp?: number;
  readonly columns?: readonly string[];
  readonly metadataColumns?: readonly string[];
  readonly limit?: number;
  readonly format: Format;
}
