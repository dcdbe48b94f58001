/**
 * `npm run test:interop`: this reader beside others. Runs the packages' `*.interop.test.ts` with a Python that has
 * pyarrow and deltalake, then the independent judge over the corpus: `check.py` in the folder `conformance` beside it
 * runs the built command on every table and compares what it prints with what Delta Spark and deltalake read.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { python } from "./python.mjs";
import { writeResult } from "./results.mjs";
import { vitest } from "./vitest.mjs";
import { build, cache, corpus, main, root, run } from "./workspace.mjs";

await main(async () => {
  await build();
  const interpreter = await python();
  const env = { ASYNCDELTA_INTEROP: "1", ASYNCDELTA_PYTHON: interpreter };
  const tested = await vitest("interop", [], { env: corpus ? { ...env, ASYNCDELTA_CORPUS: corpus } : env });
  const judged = await judge(interpreter);
  return tested && judged ? 0 : 1;
});

async function judge(interpreter) {
  const script = corpus && join(dirname(corpus), "conformance", "check.py");
  if (!script || !existsSync(script)) {
    console.error(`Skipped the judge: ${script ?? "no corpus (set ASYNCDELTA_CORPUS)"} is not there.`);
    await writeResult("judge", { passed: 0, failed: 0, skipped: 1 });
    return true;
  }
  const report = join(cache, "judge.jsonl");
  const command = [process.execPath, join(root, "packages/asyncdelta/dist/cli.js")].map(quoted).join(" ");
  const { status, stdout } = await run(
    interpreter,
    [script, "--cmd", command, "--corpus", corpus, "--jobs", String(availableParallelism()), "--json", report],
    { stdout: "pipe", allowFailure: true },
  );
  console.error(stdout);
  if (!/\d+ passed, \d+ failed\s*$/.test(stdout)) {
    console.error(`The judge broke off with status ${status}.`);
    await writeResult("judge", { passed: 0, failed: 1, skipped: 0 });
    return false;
  }
  return count(
    (await readFile(report, "utf8"))
      .split("\n")
      .filter(Boolean)
      .map((row) => JSON.parse(row)),
  );
}

/** A refusal of something listed as a gap is skipped, not passed, and anything else that is wrong has failed. */
async function count(checks) {
  const gaps = JSON.parse(await readFile(join(root, ".ci/interop-gaps.json"), "utf8"));
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const wrong = new Set();
  const skips = new Map();
  for (const { table, what, ok, detail } of checks) {
    if (ok) counts.passed++;
    else {
      wrong.add(table);
      const gap = gapOf(what, detail, gaps);
      if (gap === undefined) counts.failed++;
      else {
        counts.skipped++;
        skips.set(gap, (skips.get(gap) ?? 0) + 1);
      }
    }
  }
  for (const [gap, checksSkipped] of skips)
    console.error(`Skipped ${checksSkipped} checks: ${gap} is not supported yet.`);
  const right = new Set(checks.map(({ table }) => table)).size - wrong.size;
  if (right < gaps.tablesRight) {
    console.error(`Only ${right} tables are right in everything; at least ${gaps.tablesRight} must be.`);
    counts.failed++;
  }
  await writeResult("judge", counts);
  return counts.failed === 0;
}

function gapOf(what, detail, gaps) {
  if (detail.startsWith("CRASH")) return undefined;
  if (gaps.checks.includes(what)) return what;
  return detail.includes("FEATURE_UNSUPPORTED") ? gaps.features.find((feature) => detail.includes(feature)) : undefined;
}

function quoted(text) {
  return `'${text.replaceAll("'", `'"'"'`)}'`;
}
