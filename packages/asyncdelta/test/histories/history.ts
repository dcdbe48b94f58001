import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What a version must be found to hold: a line of `versions.jsonl`. */
export interface VersionRecord {
  readonly version: number;
  /** What made it, in words. */
  readonly operation: string;
  readonly protocol: Readonly<Record<string, unknown>>;
  /** The schema as the writer itself says it, in Delta's JSON. */
  readonly schema: unknown;
  readonly partitionColumns: readonly string[];
  readonly configuration: Readonly<Record<string, string>>;
  /** Application id to version, as text: they may lie beyond 2^53. */
  readonly transactions: Readonly<Record<string, string>>;
  readonly files: readonly FileRecord[];
  /** Canonical texts, sorted; absent where the writer itself could not read them. */
  readonly rows?: readonly string[];
  /** The same by a second reader of the writer's, where the two do not agree. */
  readonly otherRows?: readonly string[];
  readonly unread?: string;
  /** Each row with `row_id` and `row_commit_version` behind it, where the table has them. */
  readonly trackedRows?: readonly string[];
}

export type FileRecord = readonly [
  path: string,
  size: number,
  partitionValues: Readonly<Record<string, string | null>>,
  deletionVectorId?: string | undefined,
];

export interface FeedRecord {
  readonly from: number;
  readonly to: number;
  readonly rows?: readonly string[];
  readonly unread?: string;
}

/** What has become of a version in the table as it was left. */
export type Left = "whole" | "missing files" | "no log";

/** A history as a generator has written it down; see `recorder.py`. */
export interface History {
  readonly folder: string;
  readonly versions: readonly VersionRecord[];
  readonly end: {
    readonly history: readonly (readonly [version: number, operation: string])[];
    readonly left: readonly Left[];
    readonly feeds: readonly FeedRecord[];
  };
}

export function loadHistory(folder: string): History {
  const lines = readFileSync(join(folder, "versions.jsonl"), "utf8").split("\n").filter(Boolean);
  return {
    folder,
    versions: lines.map((line) => JSON.parse(line)),
    end: JSON.parse(readFileSync(join(folder, "end.json"), "utf8")),
  };
}
