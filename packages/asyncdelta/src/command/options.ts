import type { ParquetDecoding } from "@asyncdelta/engine-node";
import type { MetadataColumn, Predicate } from "@asyncdelta/kernel-core";

export type OptionName =
  | "version"
  | "timestamp"
  | "columns"
  | "metadata-columns"
  | "where"
  | "explain"
  | "analyze"
  | "limit"
  | "from"
  | "to"
  | "format"
  | "json"
  | "parquet"
  | "storage"
  | "trace"
  | "help";

/** Every option of the command, as `parseArgs` wants it. */
export const OPTIONS: Readonly<
  Record<OptionName, { type: "string"; multiple?: boolean } | { type: "boolean"; short?: string }>
> = {
  version: { type: "string" },
  timestamp: { type: "string" },
  columns: { type: "string" },
  "metadata-columns": { type: "string" },
  where: { type: "string" },
  explain: { type: "boolean" },
  analyze: { type: "boolean" },
  limit: { type: "string" },
  from: { type: "string" },
  to: { type: "string" },
  format: { type: "string" },
  json: { type: "boolean" },
  parquet: { type: "string" },
  storage: { type: "string", multiple: true },
  trace: { type: "string" },
  help: { type: "boolean", short: "h" },
};

export type Format = "table" | "jsonl" | "csv" | "arrow";

/** An end of a range of versions: the version itself, or a time in milliseconds. */
export type VersionOrTime = { readonly version: number } | { readonly timestamp: number };

/** The options of a call, checked. */
export interface CommandOptions {
  readonly version?: number;
  readonly timestamp?: number;
  readonly columns?: readonly string[];
  readonly metadataColumns?: readonly MetadataColumn[];
  readonly where?: Predicate;
  readonly explain?: boolean;
  readonly analyze?: boolean;
  readonly limit?: number;
  readonly from?: VersionOrTime;
  readonly to?: VersionOrTime;
  readonly format: Format;
  readonly parquet?: ParquetDecoding;
  /** Options of the store, by name. */
  readonly storage?: Readonly<Record<string, string>>;
  /** Where the timeline of the call goes: a file that ends in .html or .json. */
  readonly trace?: string;
}

export const PARQUET_DECODINGS: readonly ParquetDecoding[] = ["auto", "wasm", "javascript"];
