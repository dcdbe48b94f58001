/**
 * The table of faults. Each fault of a store, by itself: a whole table is opened, listed and read through a server that
 * has it. It must give the right rows or the error that fits, with so many requests, and leave nothing running.
 */
import { isDeltaError } from "asyncdelta";
import { describe, expect, it, onTestFinished } from "vitest";
import type { FileKind } from "../../../engine-node/test/faults/wire-log.js";
import { bigTable } from "./big-table.js";
import { answerCases } from "./cases/answer.js";
import { bodyCases } from "./cases/body.js";
import { connectionCases } from "./cases/connection.js";
import type { FaultCase } from "./cases/fault-case.js";
import { listingCases } from "./cases/listing.js";
import { objectCases } from "./cases/object.js";
import { KnownTable, Lake, trips } from "./lake.js";
import { type Outcome, readThrough } from "./read-through.js";
import { expectNoSecret } from "./secrets.js";
import { active, expectStill } from "./still.js";
import type { StoreOptions } from "./store-over.js";

const known = { trips: await trips(), big: await KnownTable.of(await bigTable()) };

/** Reads a whole table with an engine of its own, and sees that nothing is left of it. */
async function run(lake: Lake, table: "trips" | "big", options: StoreOptions = {}): Promise<Outcome> {
  const before = active();
  const outcome = await readThrough(lake, table, options);
  expect(outcome.left).toBe(0);
  await expectStill(before, lake.server);
  return outcome;
}

function bounds(more: FaultCase["more"], clean: readonly FileKind[]): readonly [number, number] {
  const exactly = (count: number) => [count, count] as const;
  if (typeof more === "number") return exactly(more);
  if (more === "each") return exactly(clean.length);
  if (more.every((bound) => typeof bound === "number")) return more as readonly [number, number];
  return exactly(clean.filter((kind) => (more as readonly FileKind[]).includes(kind)).length);
}

describe.each([
  ["connections", connectionCases],
  ["bodies", bodyCases],
  ["answers", answerCases],
  ["listings", listingCases],
  ["objects", objectCases],
] as [string, readonly FaultCase[]][])("faults of %s", (_, cases) => {
  const isHasty = ({ store }: FaultCase) => store?.firstByteMs !== undefined || store?.idleMs !== undefined;
  it.each(cases.filter((one) => !isHasty(one)))("$name", play);
  // Of those with short deadlines, a machine that is busy elsewhere runs out of time where the server did not.
  const hasty = cases.filter(isHasty);
  if (hasty.length > 0) it.each(hasty)("$name", { retry: 2 }, play);
});

async function play({ table = "trips", plan, store, end, more, says, check }: FaultCase): Promise<void> {
  const lake = await Lake.start([known[table].table]);
  onTestFinished(() => lake.server.stop());
  const clean = await run(lake, table, store);
  expect(clean.contents).toEqual(await known[table].at());

  lake.server.log.reset();
  lake.server.plan = plan(lake);
  const { contents, error, kinds, waits, renewals } = await run(lake, table, store);
  if (end === "rows" || typeof end === "number") {
    expect(error).toBeUndefined();
    expect(contents).toEqual(await known[table].at(end === "rows" ? undefined : end));
  } else {
    expect(contents).toBeUndefined();
    if (!isDeltaError(error)) throw error;
    expect([end].flat(), error.message).toContain(error.code);
    expect(error.message).toMatch(says ?? /./);
    expectNoSecret(error);
  }
  const [least, most] = bounds(more, clean.kinds);
  expect(kinds.length - clean.kinds.length, lake.server.log.toString()).toBeGreaterThanOrEqual(least);
  expect(kinds.length - clean.kinds.length, lake.server.log.toString()).toBeLessThanOrEqual(most);
  check?.({ lake, waits, renewals });
}

it("has thirty faults and more", () => {
  const names = [connectionCases, bodyCases, answerCases, listingCases, objectCases].flat().map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(30);
});
