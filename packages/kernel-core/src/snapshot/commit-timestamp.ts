import type { Metadata } from "../actions/metadata.js";
import type { Protocol } from "../actions/protocol.js";
import type { JsonObject } from "../engine/json.js";
import { DeltaError } from "../errors.js";

/** Whether commits carry their own timestamps, and from which version on. PROTOCOL.md, "In-Commit Timestamps". */
export interface InCommitTimestamps {
  /** The version that enabled them, 0 where the table has always had them. */
  readonly fromVersion: number;
  /** That version's timestamp, where it is known. */
  readonly fromTimestamp?: number;
}

export function inCommitTimestamps(protocol: Protocol, metadata: Metadata): InCommitTimestamps | undefined {
  const { configuration } = metadata;
  if (!protocol.writerFeatures?.includes("inCommitTimestamp")) return undefined;
  if (configuration["delta.enableInCommitTimestamps"]?.toLowerCase() !== "true") return undefined;
  const fromVersion = configuration["delta.inCommitTimestampEnablementVersion"];
  const fromTimestamp = configuration["delta.inCommitTimestampEnablementTimestamp"];
  return {
    fromVersion: fromVersion === undefined ? 0 : Number(fromVersion),
    ...(fromTimestamp === undefined ? {} : { fromTimestamp: Number(fromTimestamp) }),
  };
}

/** The in-commit timestamp of a commit, which must have one. */
export function requireInCommitTimestamp(
  commitInfo: JsonObject | undefined,
  at: { readonly version: number; readonly path: string },
): number {
  const timestamp = commitInfo?.inCommitTimestamp;
  if (typeof timestamp === "number") return timestamp;
  throw new DeltaError(
    "LOG_CORRUPT",
    `Version ${at.version} has no inCommitTimestamp, although the table has in-commit timestamps enabled.`,
    at,
  );
}
