import { collectActions, type LogActions } from "../actions/commit-actions.js";
import type { Engine } from "../engine/engine.js";
import type { JsonObject } from "../engine/json.js";
import type { StorageOptions } from "../engine/storage.js";
import type { CommitReading } from "../log/read-commit.js";
import { restLines } from "../log/rest-lines.js";

/**
 * All actions of a commit, but of `add` and `remove` only those that change data, and without their statistics. What a
 * reading has left unread of a large commit is streamed, so that never more than a slice of its text is held.
 */
export async function commitChanges(
  engine: Engine,
  reading: CommitReading,
  options: StorageOptions,
): Promise<LogActions> {
  const { actions, at } = reading;
  // A snapshot may keep the reading: nothing is added to its lists.
  const found: LogActions = {
    ...actions,
    transactions: [...actions.transactions],
    domains: [...actions.domains],
    adds: actions.adds.filter(({ dataChange }) => dataChange),
    removes: actions.removes.filter(({ dataChange }) => dataChange),
    cdc: [...actions.cdc],
  };
  for await (const lines of restLines(engine, reading, options)) {
    collectActions(found, lines.filter(changesData).map(withoutStatistics), at);
  }
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
