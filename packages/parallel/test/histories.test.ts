import { describe, expect, it } from "vitest";
import type { Kind } from "./history/plan.js";
import { runHistory, type Summary } from "./history/run.js";

/** At least 10 000 in all. To replay one: HISTORY_SEED=… HISTORY_COUNT=1. */
const COUNT = Number(process.env.HISTORY_COUNT ?? 5_000);
const FIRST = Number(process.env.HISTORY_SEED ?? 1);

const kinds: Kind[] = ["parallelMap", "parallelMapUnordered", "parallelFlatMap", "prefetch"];

describe.each(kinds)("random histories of %s", (kind) => {
  it(`agree with a serial model (${COUNT} seeds)`, async () => {
    const ends: Record<Summary["how"], number> = { done: 0, error: 0, aborted: 0, left: 0 };
    let values = 0;
    for (let seed = FIRST; seed < FIRST + COUNT; seed++) {
      try {
        const summary = await runHistory(kind, seed);
        ends[summary.how] += 1;
        values += summary.values;
      } catch (error) {
        throw new Error(`${kind}, seed ${seed}: ${(error as Error).message}`, { cause: error });
      }
    }
    if (COUNT < 1_000) return;
    // The seeds reach every kind of end, and most histories get somewhere.
    for (const count of Object.values(ends)) expect(count).toBeGreaterThan(COUNT / 50);
    expect(values).toBeGreaterThan(COUNT);
  }, 300_000);
});
