import type { Engine } from "../engine/engine.js";
import type { FollowOptions, Pace } from "./follow-options.js";
import { commitActions, type FollowedCommit, followedCommit } from "./followed-commit.js";
import { FollowedTable } from "./followed-table.js";
import type { FollowingContext } from "./following.js";
import { pollLog } from "./poll-log.js";
import { readFollowed } from "./read-followed.js";
import { startingPoint } from "./starting-point.js";

/** The commits of a table as they come. */
export async function* followCommits(
  engine: Engine,
  root: string,
  options: FollowOptions,
  pace: Pace,
  { signal, moveTo }: FollowingContext,
): AsyncGenerator<FollowedCommit, void, undefined> {
  const table = new FollowedTable(await startingPoint(engine, root, options, pace, { signal }));
  const { from } = table;
  moveTo(from);
  const collect = commitActions.bind(undefined, engine);
  for await (const files of pollLog(engine, `${root}_delta_log/`, table.next, pace, { signal })) {
    for await (const found of readFollowed(engine, table, files, collect, signal)) {
      const { version } = found.file;
      if (version < from) continue;
      moveTo(version, version + 1);
      yield followedCommit(engine, found);
      moveTo(version + 1);
    }
  }
}
