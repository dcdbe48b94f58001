import type { Engine } from "../engine/engine.js";
import type { StorageOptions } from "../engine/storage.js";
import { DeltaError } from "../errors.js";
import { listLog } from "../log/list-log.js";
import type { CommitFile } from "../log/log-segment.js";
import type { Pace } from "./follow-options.js";

/**
 * The commits of a log from a version on, for ever: in the order of their versions, none twice, none left out; those of one
 * page of a listing together. It asks only when it is asked, with one listing that starts at the first version it has not
 * seen.
 *
 * No listing begins sooner than `pollMs` after the one before. While nothing is new, that time doubles up to `maxPollMs`.
 *
 * A version that is missing while later ones are there may be a listing that lags, so that it is waited for; after `gapMs`
 * it is a `LOG_GAP`, with that version.
 */
export async function* pollLog(
  engine: Engine,
  logRoot: string,
  from: number,
  pace: Pace,
  options: StorageOptions,
): AsyncGenerator<readonly CommitFile[], void, undefined> {
  const { clock } = engine;
  let next = from;
  let pause = pace.pollMs;
  let gapSince: number | undefined;
  for (;;) {
    const begun = clock.now();
    const before = next;
    let newest = -1;
    for await (const page of listLog(engine, logRoot, next, options)) {
      const found: CommitFile[] = [];
      for (const file of page) {
        if (file.kind === "commit" && file.version === next) {
          found.push(file);
          next++;
        }
        if (file.kind === "commit" || file.kind === "checkpoint") newest = Math.max(newest, file.version);
      }
      if (found.length > 0) yield found;
      // The names are in order: what comes behind a later version is of no use now.
      if (newest > next) break;
    }
    const [isNews, isGap] = [next > before, newest >= next];
    if (isNews) gapSince = undefined;
    pause = isNews || (isGap && gapSince === undefined) ? pace.pollMs : pause;
    let wake = begun + pause;
    if (isGap) {
      gapSince ??= clock.now();
      const end = gapSince + pace.gapMs;
      if (clock.now() >= end) throw gap(next, newest, logRoot);
      wake = Math.min(wake, end);
    }
    pause = Math.min(pause * 2, pace.maxPollMs);
    const left = wake - clock.now();
    if (left > 0) await clock.sleep(left, options);
  }
}

/** The error of a version that will not come any more. */
export function gap(version: number, newest: number, path: string, cause?: unknown): DeltaError {
  const message =
    `Version ${version} cannot be followed: its commit is not in the log, which has version ${newest}. Metadata cleanup has ` +
    "removed it, or it was lost. Load the table anew and follow it from its version on.";
  return new DeltaError("LOG_GAP", message, { version, path, ...(cause === undefined ? {} : { cause }) });
}
