import type { Metadata } from "../actions/metadata.js";
import { parseMetadata, parseProtocol } from "../actions/parse-table-action.js";
import type { Protocol } from "../actions/protocol.js";
import type { Engine } from "../engine/engine.js";
import type { JsonObject } from "../engine/json.js";
import type { StorageOptions } from "../engine/storage.js";
import { isDeltaError } from "../errors.js";
import { parseSchema } from "../schema/parse-schema.js";
import type { ChecksumFile } from "./log-segment.js";

/** The part of a version checksum that spares a snapshot the replay. PROTOCOL.md, "Version Checksum File Schema". */
export interface VersionChecksum {
  readonly protocol: Protocol;
  readonly metadata: Metadata;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly inCommitTimestamp?: number;
}

const UNUSABLE: readonly string[] = ["FILE_NOT_FOUND", "LOG_CORRUPT", "SCHEMA_INVALID"];

/** Reads a checksum. One that is gone, torn or incomplete is `undefined`: a table is readable without it. */
export async function readChecksum(
  engine: Engine,
  file: ChecksumFile,
  options: StorageOptions,
): Promise<VersionChecksum | undefined> {
  const at = { path: file.url, version: file.version };
  try {
    const bytes = await engine.storage.read(file.url, options);
    const [json] = await engine.json.parseLines(bytes, { path: file.url, ...options });
    if (!isObject(json?.protocol) || !isObject(json.metadata)) return undefined;
    const timestamp = json.inCommitTimestampOpt;
    const metadata = parseMetadata(json.metadata, at);
    parseSchema(metadata.schemaString);
    return {
      protocol: parseProtocol(json.protocol, at),
      metadata,
      ...(typeof timestamp === "number" ? { inCommitTimestamp: timestamp } : {}),
    };
  } catch (error) {
    if (isDeltaError(error) && UNUSABLE.includes(error.code)) return undefined;
    throw error;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
