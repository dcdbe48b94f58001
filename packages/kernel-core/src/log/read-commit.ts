import { collectActions, type LogActions, noActions } from "../actions/commit-actions.js";
import type { ActionSource } from "../actions/field.js";
import type { Engine } from "../engine/engine.js";
import type { JsonObject } from "../engine/json.js";
import type { ByteRange, StorageOptions } from "../engine/storage.js";
import { DeltaError, isDeltaError } from "../errors.js";
import type { LogFile } from "./log-file.js";

/** Up to this size a file of actions is read in one request and held as objects. */
const HELD = 16 << 20;
/** Of a larger one, this much is read first: the table's own actions stand in front of its files. */
const HEAD = 256 << 10;

/** A JSON file of actions (commit, compaction, V2 checkpoint) as far as it has been read. */
export interface CommitReading {
  /** Its URL and the version of its newest action: for errors. */
  readonly at: ActionSource;
  /** All actions, or, where there is a `rest`, those of the head of a large file. */
  readonly actions: LogActions;
  /** What has not been read: the beginning of the line that was cut, and the bytes behind it. */
  readonly rest?: { readonly prefix: Uint8Array; readonly range: ByteRange };
}

/** Reads a JSON file of actions whole, or the head of a large one. Every byte is asked for once. */
export async function readCommit(engine: Engine, file: LogFile, options: StorageOptions): Promise<CommitReading> {
  const at = { path: file.url, version: file.kind === "compaction" ? file.endVersion : file.version };
  if (file.size === 0) {
    throw new DeltaError("LOG_CORRUPT", `The file of version ${at.version} is empty. Restore it from a backup.`, at);
  }
  const large = file.size > HELD;
  const range = { offset: 0, length: large ? HEAD : file.size };
  const bytes = await engine.storage.read(file.url, { ...options, range });
  const end = large ? bytes.lastIndexOf(0x0a) + 1 : bytes.length;
  const actions = noActions();
  collectActions(actions, await parseLogLines(engine, bytes.subarray(0, end), at, options), at);
  if (!large) return { at, actions };
  const rest = { prefix: bytes.slice(end), range: { offset: HEAD, length: file.size - HEAD } };
  return { at, actions, rest };
}

/** Parses lines of the log, and says which version they belong to if they cannot be parsed. */
export async function parseLogLines(
  engine: Engine,
  bytes: Uint8Array,
  at: ActionSource,
  options: StorageOptions,
): Promise<readonly JsonObject[]> {
  try {
    return await engine.json.parseLines(bytes, { path: at.path, ...options });
  } catch (error) {
    if (!isDeltaError(error, "LOG_CORRUPT")) throw error;
    throw new DeltaError("LOG_CORRUPT", `Version ${at.version}: ${error.message}`, { ...at, cause: error });
  }
}
