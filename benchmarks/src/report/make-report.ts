import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { atExit } from "../program/at-exit.js";
import { machineFacts } from "../program/machine-facts.js";
import { type Progress, startProgress } from "../program/progress.js";
import { type CompareOptions, compareRoads, runsOf } from "../roads/compare-roads.js";
import { isLocal } from "../roads/is-local.js";
import type { RoadOperation } from "../roads/road.js";
import { compareKeys, runsOf as keyRunsOf, type RsaOptions } from "../rsa/compare-keys.js";
import { parseOptions as rsaOptions } from "../rsa/options.js";
import { makeTable } from "../tables/make-tables.js";
import type { ReportOptions } from "./options.js";
import type { KeyReport, NamedComparison, Report } from "./report.js";
import { tableNames } from "./table-names.js";

/** What is measured when no table is given: a large checkpoint, and many commits. Small enough for a minute. */
const GENERATED = ["chk-100k", "20k-100commits-nocrc"] as const;

/** Measures everything that a report tells of. */
export async function makeReport(options: ReportOptions): Promise<Report> {
  if (options.tables.length > 0) return measure(options, options.tables, options.operations ?? ["files", "scan"]);
  const folder = await mkdtemp(join(tmpdir(), "asyncdelta-report-"));
  // An interrupt ends the process before `finally` is reached.
  const keep = atExit(() => {
    // What libuv's threads are at would make it anew.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });
  try {
    for (const name of GENERATED) {
      process.stderr.write(`Making ${name}…\n`);
      await makeTable(folder, name, 1);
    }
    const roots = GENERATED.map((name) => `${pathToFileURL(join(folder, name)).href}/`);
    // The logs are real, the data files they name are not.
    return await measure(options, roots, options.operations ?? ["snapshot", "files"]);
  } finally {
    await rm(folder, { recursive: true, force: true });
    keep();
  }
}

async function measure(
  options: ReportOptions,
  roots: readonly string[],
  operations: readonly RoadOperation[],
): Promise<Report> {
  const { latencies, repeat, width } = options;
  const comparisons = roots.flatMap((root) =>
    operations.flatMap((operation) =>
      delaysFor(root, latencies).map(
        (latency): CompareOptions => ({ root, operation, latency, repeat, width, trace: true }),
      ),
    ),
  );
  const keys = options.rsa ? rsaOptions(["--keys", "32", "--repeat", String(repeat)]) : undefined;
  const total = comparisons.reduce(
    (sum, comparison) => sum + runsOf(comparison),
    keys === undefined ? 0 : keyRunsOf(keys),
  );
  const progress = startProgress(total);
  const names = tableNames(roots);
  const results: NamedComparison[] = [];
  for (const comparison of comparisons) {
    results.push({ ...(await compareRoads(comparison, progress)), table: names.get(comparison.root)! });
  }
  const keyReport = keys && (await measureKeys(keys, progress));
  progress.done();
  return { machine: machineFacts(), comparisons: results, keys: keyReport };
}

/** A delay is added to files alone: a store has a latency of its own. */
function delaysFor(root: string, latencies: readonly number[]): readonly number[] {
  return isLocal(root) ? latencies : [0];
}

async function measureKeys({ bits, widths, keys, repeat }: RsaOptions, progress: Progress): Promise<KeyReport> {
  const options = { bits, widths, keys, repeat };
  return { ...options, figures: await compareKeys(options, progress) };
}
