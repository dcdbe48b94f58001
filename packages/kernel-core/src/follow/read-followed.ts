import { parallelMap } from "@asyncdelta/parallel";
import type { TableActions } from "../actions/commit-actions.js";
import type { Engine } from "../engine/engine.js";
import { isDeltaError } from "../errors.js";
import type { CommitFile } from "../log/log-segment.js";
import { type CommitReading, readCommit } from "../log/read-commit.js";
import type { FollowedTable } from "./followed-table.js";
import { gap } from "./poll-log.js";

/** A commit of a table that is followed, with what the log says about it. */
export interface FollowedReading<A> {
  readonly file: CommitFile;
  readonly reading: CommitReading;
  readonly actions: A;
  readonly timestamp: number;
}

/**
 * Reads commits, several at once, and takes the table on to each of them in order. `collect` makes of a reading what is
 * wanted of it, with protocol and metadata.
 *
 * Throws `LOG_GAP` for a commit that went away after it was listed.
 */
export async function* readFollowed<A extends TableActions>(
  engine: Engine,
  table: FollowedTable,
  files: readonly CommitFile[],
  collect: (reading: CommitReading, signal: AbortSignal) => Promise<A>,
  signal: AbortSignal,
): AsyncGenerator<FollowedReading<A>, void, undefined> {
  const read = async (file: CommitFile, signal: AbortSignal) => {
    try {
      const known = file.version === table.next ? table.known : undefined;
      const reading = known ?? (await readCommit(engine, file, { signal }));
      return { file, reading, actions: await collect(reading, signal) };
    } catch (error) {
      if (!isDeltaError(error, "FILE_NOT_FOUND")) throw error;
      throw gap(file.version, files.at(-1)!.version, file.url, error);
    }
  };
  const readings = parallelMap(files, (file, context) => read(file, context.signal), {
    concurrency: engine.limits.requests,
    signal,
  });
  for await (const found of readings) yield { ...found, timestamp: table.advance(found.actions, found.file) };
}
