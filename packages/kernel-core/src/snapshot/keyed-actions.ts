import { abortable } from "../abort.js";
import type { TableActions } from "../actions/commit-actions.js";
import type { DomainMetadata } from "../actions/domain-metadata.js";
import type { SetTransaction } from "../actions/set-transaction.js";
import type { Engine } from "../engine/engine.js";
import type { Snapshot } from "./snapshot.js";

interface Options {
  readonly signal?: AbortSignal | undefined;
}

/**
 * The newest transaction of each application (by the order of the log, not by its number), by `appId`.
 * PROTOCOL.md, "Transaction Identifiers".
 */
export function setTransactions(
  engine: Engine,
  snapshot: Snapshot,
  options: Options = {},
): Promise<ReadonlyMap<string, SetTransaction>> {
  return abortable(options.signal, async () => {
    const newest = new Map<string, SetTransaction>();
    for await (const actions of tableActions(snapshot, options)) {
      for (const txn of actions.transactions) if (!newest.has(txn.appId)) newest.set(txn.appId, txn);
    }
    return withoutExpired(newest, snapshot, engine.clock.now());
  });
}

/** The configuration of each domain; removed ones are left out. PROTOCOL.md, "Domain Metadata". */
export function domainMetadata(
  _engine: Engine,
  snapshot: Snapshot,
  options: Options = {},
): Promise<ReadonlyMap<string, DomainMetadata>> {
  return abortable(options.signal, async () => {
    const newest = new Map<string, DomainMetadata>();
    for await (const actions of tableActions(snapshot, options)) {
      for (const domain of actions.domains) if (!newest.has(domain.domain)) newest.set(domain.domain, domain);
    }
    for (const [name, { removed }] of newest) if (removed) newest.delete(name);
    return newest;
  });
}

/** Newest first: the table actions of every commit, then those of the checkpoint. */
async function* tableActions(snapshot: Snapshot, options: Options): AsyncGenerator<TableActions, void, undefined> {
  const { reader } = snapshot;
  for await (const reading of reader.commits(options)) {
    yield reading.actions;
    if (reading.rest !== undefined) yield await reader.skim(reading, options);
  }
  if (reader.checkpoint !== undefined) yield await reader.checkpoint.keyedActions(options);
}

/** Leaves out what `delta.setTransactionRetentionDuration` has expired: after the newest is known, so that none older comes back. */
function withoutExpired(
  newest: Map<string, SetTransaction>,
  snapshot: Snapshot,
  now: number,
): ReadonlyMap<string, SetTransaction> {
  const retention = intervalMillis(snapshot.metadata.configuration["delta.setTransactionRetentionDuration"]);
  if (retention === undefined) return newest;
  for (const [appId, { lastUpdated }] of newest) {
    if (lastUpdated !== undefined && lastUpdated < now - retention) newest.delete(appId);
  }
  return newest;
}

const UNITS: Readonly<Record<string, number>> = {
  millisecond: 1,
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
};

/** Milliseconds of a table property's interval, such as `interval 30 days`. */
function intervalMillis(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  let sum = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)\s+([a-z]+?)s?\b/gi)) {
    const millis = UNITS[unit!.toLowerCase()];
    if (millis === undefined) return undefined;
    sum += Number(count) * millis;
  }
  return sum === 0 ? undefined : sum;
}
