import type { Engine } from "../engine/engine.js";
import type { JsonObject } from "../engine/json.js";
import type { StorageOptions } from "../engine/storage.js";
import { type CommitReading, countLines, isHeld, parseLogLines } from "./read-commit.js";

/** Bytes of a large file that are parsed at once, or a little more. */
const SLICE = 4 << 20;

/**
 * The lines that `readCommit` left unread in a large file, in order, as parsed actions. The file is streamed, so that never
 * more than a slice of its text is held.
 */
export async function* restLines(
  engine: Engine,
  reading: CommitReading,
  options: StorageOptions,
): AsyncGenerator<readonly JsonObject[], void, undefined> {
  const { rest, at } = reading;
  if (rest === undefined) return;
  if (isHeld(reading)) {
    yield await parseLogLines(engine, rest.prefix, at, { ...options, line: rest.line });
    return;
  }
  let line = rest.line;
  let pending = [rest.prefix];
  let size = rest.prefix.length;
  for await (const piece of engine.storage.stream(at.path, { ...options, range: rest.range })) {
    const end = piece.lastIndexOf(0x0a) + 1;
    if (end > 0 && size + end >= SLICE) {
      const slice = concat([...pending, piece.subarray(0, end)], size + end);
      yield await parseLogLines(engine, slice, at, { ...options, line });
      line += countLines(slice);
      pending = [piece.subarray(end)];
      size = piece.length - end;
    } else {
      pending.push(piece);
      size += piece.length;
    }
  }
  yield await parseLogLines(engine, concat(pending, size), at, { ...options, line });
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
