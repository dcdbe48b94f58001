import { collectActions, type LogActions, noActions } from "../actions/commit-actions.js";
import type { ActionSource } from "../actions/field.js";
import type { Engine } from "../engine/engine.js";
import type { JsonObject } from "../engine/json.js";
import type { ByteRange, StorageOptions } from "../engine/storage.js";
import { DeltaError, isDeltaError } from "../errors.js";
import type { LogFile } from "./log-file.js";

/** Up to this size a file of actions is read in one request. */
const SMALL = 2 << 20;
/** Of a larger one, this much is read first: the table's own actions stand in front of its files. */
const HEAD = 256 << 10;
/** Up to this size the rest is read at once, and held as objects, where the head has not both protocol and metadata. */
const HELD = 16 << 20;

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
  const actions = noActions();
  const collect = async (bytes: Uint8Array) =>
    collectActions(actions, await parseLogLines(engine, bytes, at, options), at);
  if (file.size <= SMALL) {
    await collect(await engine.storage.read(file.url, { ...options, range: { offset: 0, length: file.size } }));
    return { at, actions };
  }
  const head = await engine.storage.read(file.url, { ...options, range: { offset: 0, length: HEAD } });
  const end = head.lastIndexOf(0x0a) + 1;
  await collect(head.subarray(0, end));
  const rest = { prefix: head.slice(end), range: { offset: HEAD, length: file.size - HEAD } };
  if (file.size > HELD || (actions.protocol !== undefined && actions.metadata !== undefined)) {
    return { at, actions, rest };
  }
  // Its metadata, if it has any, may stand anywhere: then it is better held than read again for its files.
  const tail = await engine.storage.read(file.url, { ...options, range: rest.range });
  await collect(concat(rest.prefix, tail));
  return { at, actions };
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
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
