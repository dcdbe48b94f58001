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
/** Of one that has been read, this much is parsed first. */
const FRONT = 32 << 10;
/** Up to this size the rest is read at once, and held as objects, where the head has not both protocol and metadata. */
const HELD = 16 << 20;

/** A JSON file of actions (commit, compaction, V2 checkpoint) as far as it has been read. */
export interface CommitReading {
  /** Its URL and the version of its newest action: for errors. */
  readonly at: ActionSource;
  /** All actions, or, where there is a `rest`, those of the head of a large file. */
  readonly actions: LogActions;
  /**
   * What has not been parsed: bytes that are here (of a large file the beginning of the line that was cut), and the range
   * behind them that has not been read, which may be empty.
   */
  readonly rest?: {
    readonly prefix: Uint8Array;
    readonly range: ByteRange;
    /** Number of the first line, from 1 on. */
    readonly line: number;
  };
}

export interface ReadCommitOptions extends StorageOptions {
  /** Whether all of it is wanted now. A file of more than 16 MiB has a `rest` all the same. */
  readonly whole?: boolean | undefined;
}

/**
 * Reads a JSON file of actions whole, or the head of a large one, and parses it up to its protocol and metadata, where it
 * has both in front. Every byte is asked for once.
 */
export async function readCommit(
  engine: Engine,
  file: LogFile,
  { signal, whole = false }: ReadCommitOptions,
): Promise<CommitReading> {
  const at = { path: file.url, version: file.kind === "compaction" ? file.endVersion : file.version };
  const { size } = file;
  if (size === 0) {
    throw new DeltaError("LOG_CORRUPT", `The file of version ${at.version} is empty. Restore it from a backup.`, at);
  }
  const actions = noActions();
  const collect = async (bytes: Uint8Array, line = 1) =>
    collectActions(actions, await parseLogLines(engine, bytes, at, { signal, line }), at);
  const hasTable = () => actions.protocol !== undefined && actions.metadata !== undefined;
  if (size <= (whole ? HELD : SMALL)) {
    const bytes = await engine.storage.read(file.url, { signal, size, range: { offset: 0, length: size } });
    if (whole || bytes.length <= 2 * FRONT) {
      await collect(bytes);
      return { at, actions };
    }
    const end = bytes.lastIndexOf(0x0a, FRONT) + 1;
    const front = bytes.subarray(0, end);
    await collect(front);
    const line = 1 + countLines(front);
    return { at, actions, rest: { prefix: bytes.subarray(end), range: { offset: bytes.length, length: 0 }, line } };
  }
  const head = await engine.storage.read(file.url, { signal, size, range: { offset: 0, length: HEAD } });
  const end = head.lastIndexOf(0x0a) + 1;
  const front = head.subarray(0, end);
  await collect(front);
  const line = 1 + countLines(front);
  const rest = { prefix: head.slice(end), range: { offset: HEAD, length: size - HEAD }, line };
  if (size > HELD || (hasTable() && !whole)) {
    return { at, actions, rest };
  }
  // Its metadata, if it has any, may stand anywhere: then it is better held than read again for its files.
  const tail = await engine.storage.read(file.url, { signal, range: rest.range });
  await collect(concat(rest.prefix, tail), line);
  return { at, actions };
}

/** Whether what has not been parsed of a file is here as a whole. */
export function isHeld({ rest }: CommitReading): boolean {
  return rest?.range.length === 0;
}

export function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, end + 1)) lines++;
  return lines;
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
  options: StorageOptions & { readonly line?: number },
): Promise<readonly JsonObject[]> {
  try {
    return await engine.json.parseLines(bytes, { path: at.path, ...options });
  } catch (error) {
    if (!isDeltaError(error, "LOG_CORRUPT")) throw error;
    throw new DeltaError("LOG_CORRUPT", `Version ${at.version}: ${error.message}`, { ...at, cause: error });
  }
}
