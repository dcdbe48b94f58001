/** Runs vitest and counts what it says, from its JSON report rather than from its words. */
import { mkdir, readFile, rm } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { writeResult } from "./results.mjs";
import { cache, root, run } from "./workspace.mjs";

/**
 * @param {string} suite  its name in the results
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, node?: string }} [options]
 * @returns {Promise<boolean>} whether all of it passed
 */
export async function vitest(suite, args, options = {}) {
  const node = options.node ?? process.execPath;
  const report = join(cache, `vitest-${suite}.json`);
  await mkdir(cache, { recursive: true });
  await rm(report, { force: true });
  const { status } = await run(
    node,
    [
      join(root, "node_modules/vitest/vitest.mjs"),
      "run",
      "--config=.config/vitest.config.ts",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${report}`,
      ...args,
    ],
    {
      env: { ...options.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` },
      allowFailure: true,
    },
  );
  const counts = await readFile(report, "utf8").then(countTests, () => ({ passed: 0, failed: 0, skipped: 0 }));
  // An error outside of any test, or no report at all, fails the run without failing a test.
  if (status !== 0 && counts.failed === 0) counts.failed = 1;
  await writeResult(suite, counts);
  return counts.failed === 0;
}

function countTests(text) {
  const report = JSON.parse(text);
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const file of report.testResults) {
    let failures = 0;
    for (const { status } of file.assertionResults) {
      if (status === "passed") counts.passed++;
      else if (status === "failed") failures++;
      else counts.skipped++;
    }
    // A file that cannot even be loaded has no tests to fail.
    if (file.status === "failed" && failures === 0) failures = 1;
    counts.failed += failures;
  }
  return counts;
}
