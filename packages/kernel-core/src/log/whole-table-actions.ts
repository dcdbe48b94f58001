import type { TableActions } from "../actions/commit-actions.js";
import type { Engine } from "../engine/engine.js";
import type { StorageOptions } from "../engine/storage.js";
import type { CommitReading } from "./read-commit.js";
import { skimTableActions } from "./stream-rest.js";

/** What a file of actions says about the table, also where its reading stopped behind the head: they may stand anywhere. */
export async function wholeTableActions(
  engine: Engine,
  reading: CommitReading,
  options: StorageOptions,
): Promise<TableActions> {
  const { actions, rest } = reading;
  if (rest === undefined) return actions;
  const more = await skimTableActions(engine, reading, options);
  const [protocol, metadata] = [actions.protocol ?? more.protocol, actions.metadata ?? more.metadata];
  const commitInfo = actions.commitInfo ?? more.commitInfo;
  return {
    ...(commitInfo === undefined ? {} : { commitInfo }),
    ...(protocol === undefined ? {} : { protocol }),
    ...(metadata === undefined ? {} : { metadata }),
    transactions: [...actions.transactions, ...more.transactions],
    domains: [...actions.domains, ...more.domains],
    sidecars: [...actions.sidecars, ...more.sidecars],
    v2: actions.v2 || more.v2,
  };
}
