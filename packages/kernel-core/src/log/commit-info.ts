import { collectActions, noActions } from "../actions/commit-actions.js";
import type { Engine } from "../engine/engine.js";
import type { JsonObject } from "../engine/json.js";
import type { StorageOptions } from "../engine/storage.js";
import { type CommitReading, isHeld, parseLogLines } from "./read-commit.js";
import { restLines } from "./rest-lines.js";

/** A `commitInfo` behind a million files stands in the last line or two. */
const TAIL = 64 << 10;

/**
 * What a commit says about itself. Most writers put it first, some last: of a large file, of which only the head has been
 * read, the end is looked at too. PROTOCOL.md, "Commit Provenance Information".
 */
export async function commitInfo(
  engine: Engine,
  reading: CommitReading,
  options: StorageOptions,
): Promise<JsonObject | undefined> {
  const { at, actions, rest } = reading;
  if (actions.commitInfo !== undefined || rest === undefined) return actions.commitInfo;
  const found = noActions();
  if (isHeld(reading)) {
    for await (const lines of restLines(engine, reading, options)) collectActions(found, lines, at);
    return found.commitInfo;
  }
  const length = Math.min(TAIL, rest.range.length);
  const offset = rest.range.offset + rest.range.length - length;
  const bytes = await engine.storage.read(at.path, { ...options, range: { offset, length } });
  // The first line may be cut, and most are those of files.
  const start = bytes.indexOf(0x0a) + 1;
  const lines = start === 0 ? [] : await parseLogLines(engine, bytes.subarray(start), at, options);
  collectActions(
    found,
    lines.filter((line) => "commitInfo" in line),
    at,
  );
  return found.commitInfo;
}
