/**
 * `npm run test:interop`: this reader beside others. Runs the packages' `*.interop.test.ts` with a Python that has
 * pyarrow and deltalake, then the independent judge over the corpus: `check.py` in the folder `conformance` beside it
 * runs the built command on every table and compares what it prints with what Delta Spark and deltalake read.
 */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { python } from "./python.mjs";
import { writeResult } from "./results.mjs";
import { vitest } from "./vitest.mjs";
import { build, corpus, main, root, run } from "./workspace.mjs";

await main(async () => {
  await build();
  const interpreter = await python();
  const env = { ASYNCDELTA_INTEROP: "1", ASYNCDELTA_PYTHON: interpreter };
  const tested = await vitest("interop", [], { env: corpus ? { ...env, ASYNCDELTA_CORPUS: corpus } : env });
  // By size as users have it, over every version; then all by either decoder, over the latest versions.
  const judged = [
    await judge(interpreter, "judge"),
    await judge(interpreter, "judge-wasm", ["--parquet", "wasm"], ["--quick"]),
    await judge(interpreter, "judge-javascript", ["--parquet", "javascript"], ["--quick"]),
  ];
  return tested && judged.every(Boolean) ? 0 : 1;
});

async function judge(interpreter, name, options = [], flags = []) {
  const script = corpus && join(dirname(corpus), "conformance", "check.py");
  if (!script || !existsSync(script)) {
    console.error(`Skipped the judge: ${script ? `there is no ${script}` : "no corpus, set ASYNCDELTA_CORPUS"}.`);
    await writeResult(name, { passed: 0, failed: 0, skipped: 1 });
    return true;
  }
  const command = [process.execPath, join(root, "packages/asyncdelta/dist/cli.js"), ...options].map(quoted).join(" ");
  const jobs = String(availableParallelism());
  const args = [script, "--cmd", command, "--corpus", corpus, "--jobs", jobs, ...flags];
  const peer = join(root, ".ci/peer.py");
  const { status, stdout } = await run(interpreter, [peer, ...args], { stdout: "pipe", allowFailure: true });
  console.error(stdout);
  const [, passed, failed] = /(\d+) passed, (\d+) failed\s*$/.exec(stdout) ?? [];
  const counts = { passed: Number(passed ?? 0), failed: Number(failed ?? 0), skipped: 0 };
  // Ending without a sum is no success, whatever came before.
  if (passed === undefined || (status !== 0 && counts.failed === 0)) counts.failed = 1;
  await writeResult(name, counts);
  return counts.failed === 0;
}

function quoted(text) {
  return `'${text.replaceAll("'", `'"'"'`)}'`;
}
