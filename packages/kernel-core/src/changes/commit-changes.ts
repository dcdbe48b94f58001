import { collectActions, type LogActions } from "../actions/commit-actions.js";
import type { Engine } from "../engine/engine.js";
import type { JsonObject } from "../engine/json.js";
import type { StorageOptions } from "../engine/storage.js";
import { type CommitReading, parseLogLines } from "../log/read-commit.js";

/** Bytes of a large commit that are parsed at once, or a little more. */
const SLICE = 4 << 20;

/**
 * All actions of a commit, but of `add` and `remove` only those that change data, and without their statistics. What a
 * reading has left unread of a large commit is streamed, so that never more than a slice of its text is held.
 */
export async function commitChanges(
  engine: Engine,
  { actions, rest, at }: CommitReading,
  options: StorageOptions,
): Promise<LogActions> {
  const found: LogActions = {
    ...actions,
    adds: actions.adds.filter(({ dataChange }) => dataChange),
    removes: actions.removes.filter(({ dataChange }) => dataChange),
    cdc: [...actions.cdc],
  };
  if (rest === undefined) return found;
  const parse = async (text: Uint8Array) => {
    const lines = await parseLogLines(engine, text, at, options);
    collectActions(found, lines.filter(changesData).map(withoutStatistics), at);
  };
  let pending = [rest.prefix];
  let size = rest.prefix.length;
  for await (const piece of engine.storage.stream(at.path, { ...options, range: rest.range })) {
    const end = piece.lastIndexOf(0x0a) + 1;
    if (end > 0 && size + end >= SLICE) {
      await parse(concat([...pending, piece.subarray(0, end)], size + end));
      pending = [piece.subarray(end)];
      size = piece.length - end;
    } else {
      pending.push(piece);
      size += piece.length;
    }
  }
  await parse(concat(pending, size));
  return found;
}

function changesData({ add, remove }: JsonObject): boolean {
  const file = (add ?? remove) as JsonObject | null | undefined;
  return file?.dataChange !== false;
}

function withoutStatistics(line: JsonObject): JsonObject {
  const name = line.add === undefined ? "remove" : "add";
  const file = line[name] as JsonObject | null | undefined;
  if (!file?.stats) return line;
  const { stats: _, ...rest } = file;
  return { ...line, [name]: rest };
}

function concat(parts: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
