/**
 * Random histories: tables that deltalake drives through random schemas and operations, of which every version must be
 * read as deltalake reads it. `histories/generate.py` makes them, `histories/recorder.py` says what is written down.
 *
 * `ASYNCDELTA_SEEDS` scales their number; `ASYNCDELTA_HISTORIES="17 23"` runs the histories of these seeds alone and
 * leaves their folders, which are then printed.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Engine, nodeEngine } from "asyncdelta";
import { afterAll, describe, expect, it } from "vitest";
import { python } from "../../engine-node/test/interop/python.js";
import { compareHistory } from "./histories/compare-history.js";
import { Generator } from "./histories/generator.js";

const chosen = process.env.ASYNCDELTA_HISTORIES?.split(/[\s,]+/)
  .filter(Boolean)
  .map(Number);
const count = Math.max(1, Math.round(100 * Number(process.env.ASYNCDELTA_SEEDS ?? "1")));
const seeds = chosen ?? Array.from({ length: count }, (_, seed) => seed);

const out = await mkdtemp(join(tmpdir(), "asyncdelta-histories-"));
const generator = new Generator(out, seeds);
const engines: Record<string, Engine> = {
  javascript: nodeEngine({ parquet: "javascript" }),
  wasm: nodeEngine({ parquet: "wasm" }),
};
const totals = new Map<string, number>();

afterAll(async () => {
  for (const engine of Object.values(engines)) await engine.close();
  if (chosen === undefined) await rm(out, { recursive: true, force: true });
  else console.info(`The histories are in ${out}`);
  console.info([...totals].map(([what, number]) => `${number} ${what}`).join("\n"));
});

describe("random histories by deltalake", () => {
  it.each(seeds)(
    "reads every version of history %i as deltalake does",
    async (seed) => {
      const { refused } = await generator.history(seed);
      const decoder = seed % 2 === 0 ? "javascript" : "wasm";
      const findings = await compareHistory(generator.folder(seed), engines[decoder]!);
      for (const [what, number] of findings.counts) total(what, number);
      total("operations that deltalake refused", refused.length);
      expect(findings.differences, `${decoder}; run it again by: ${command(seed)}`).toEqual([]);
      if (chosen === undefined) await rm(generator.folder(seed), { recursive: true, force: true });
    },
    300_000,
  );

  it.skipIf(chosen !== undefined)("compares enough of them", () => {
    const versions = (totals.get("versions") ?? 0) / seeds.length;
    expect(totals.get("histories")).toBe(seeds.length);
    expect(versions).toBeGreaterThan(10);
    expect((totals.get("rows") ?? 0) / seeds.length).toBeGreaterThan(100);
  });
});

/** Makes and compares the history of a seed again, and leaves it in a folder. */
function command(seed: number): string {
  const variables = `ASYNCDELTA_INTEROP=1 ASYNCDELTA_PYTHON=${python} ASYNCDELTA_HISTORIES=${seed}`;
  return `${variables} npm run test:unit -- packages/asyncdelta/test/histories.interop.test.ts`;
}

function total(what: string, number: number): void {
  totals.set(what, (totals.get(what) ?? 0) + number);
}
