import { nodeEngine } from "asyncdelta";
import type { FileKind } from "../../../engine-node/test/faults/wire-log.js";
import { type Behind, type Contents, contentsOf } from "./lake.js";
import { type StoreOptions, storeOver } from "./store-over.js";

/** Less than any deadline of these tests: what has ended by then was ended, and has not run out of time. */
const NOTICE_MS = 100;

/** How the reading of a whole table has ended. */
export interface Outcome {
  readonly contents?: Contents;
  readonly error?: unknown;
  /** What the server was asked for, in the order of asking. */
  readonly kinds: readonly FileKind[];
  /** Milliseconds that were to be waited between attempts. */
  readonly waits: readonly number[];
  /** How often credentials were asked for. */
  readonly renewals: number;
  /** Requests still under way when it ended. */
  readonly left: number;
}

/** Opens, lists and reads a table with an engine of its own, which is then closed. */
export async function readThrough(lake: Behind, table: string, options: StoreOptions = {}): Promise<Outcome> {
  if (lake.objects !== undefined) lake.objects.pageSize = options.pageSize ?? 1000;
  const { log } = lake.server;
  const { storage, waits, renewals, close } = storeOver(options.origin ?? lake.server.origin, options);
  const engine = nodeEngine({ storage, parquet: "javascript" });
  let ended: Pick<Outcome, "contents" | "error">;
  try {
    ended = { contents: await contentsOf(engine, lake.url(table)) };
  } catch (error) {
    ended = { error };
  }
  // Ending a request takes the server a moment to notice; what goes on behind the caller's back goes on for longer.
  const patience = performance.now() + NOTICE_MS;
  while (log.running > 0 && performance.now() < patience) await new Promise((resolve) => setImmediate(resolve));
  const left = log.running;
  await engine.close();
  await close();
  return { ...ended, waits, renewals: renewals(), left, kinds: log.requests.map(({ kind }) => kind) };
}
