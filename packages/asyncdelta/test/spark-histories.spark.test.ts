/** Random histories by Delta Spark, as `histories/spark/generate.py` has made them in the folder `ASYNCDELTA_SPARK`. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type Engine, nodeEngine } from "asyncdelta";
import { afterAll, describe, expect, it } from "vitest";
import { compareHistory } from "./histories/compare-history.js";

const out = process.env.ASYNCDELTA_SPARK!;
const seeds = readdirSync(out)
  .map(Number)
  .sort((a, b) => a - b);
const engines: Record<string, Engine> = {
  javascript: nodeEngine({ parquet: "javascript" }),
  wasm: nodeEngine({ parquet: "wasm" }),
};
const totals = new Map<string, number>();

afterAll(async () => {
  for (const engine of Object.values(engines)) await engine.close();
  console.info([...totals].map(([what, number]) => `${number} ${what}`).join("\n"));
});

describe("random histories by Delta Spark", () => {
  it.each(seeds)(
    "reads every version of history %i as Delta Spark does",
    async (seed) => {
      const decoder = seed % 2 === 0 ? "javascript" : "wasm";
      const findings = await compareHistory(join(out, String(seed)), engines[decoder]!);
      for (const [what, number] of findings.counts) totals.set(what, (totals.get(what) ?? 0) + number);
      const again = `Run it again by ASYNCDELTA_SPARK_HISTORIES=${seed} npm run test:spark (${decoder})`;
      expect(findings.differences, again).toEqual([]);
    },
    300_000,
  );
});
