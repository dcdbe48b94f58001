/**
 * What a suite found, as a file in `.cache/results`, so that `.ci/run` can sum up what ran in several processes.
 * A skipped test is counted as skipped and never as passed; a suite that broke off counts as a failure.
 */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cache } from "./workspace.mjs";

const folder = join(cache, "results");

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** @param {string} suite @param {Counts} counts */
export async function writeResult(suite, counts) {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${suite}.json`), JSON.stringify(counts));
  console.error(`${suite}: ${line(counts)}`);
}

/** The sum over all suites. @returns {Promise<Counts>} */
export async function sumResults() {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const name of await readdir(folder).catch(() => [])) {
    const counts = JSON.parse(await readFile(join(folder, name), "utf8"));
    for (const key of Object.keys(sum)) sum[key] += counts[key];
  }
  return sum;
}

/** @param {Counts} counts */
export function line(counts) {
  return `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
}
