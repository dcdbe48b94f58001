/**
 * `npm test`: builds, then type-checks the tests, lints, checks the documents' links and the packages as they would be
 * published, and runs every test, the examples among them. Goes on after a failure, so that one run tells all. Tests over
 * the corpus are skipped, and counted as skipped, where it is not there (see CONTRIBUTING.md).
 */
import { checkLinks } from "./check-links.mjs";
import { checkPacks } from "./pack-check.mjs";
import { writeResult } from "./results.mjs";
import { vitest } from "./vitest.mjs";
import { bin, build, corpus, main, run } from "./workspace.mjs";

const passes = async (command, args) => (await run(command, args, { allowFailure: true })).status === 0;

const checks = {
  types: () => passes(bin("tsc"), ["-b"]),
  lint: () => passes(bin("biome"), ["check", "."]),
  links: checkLinks,
  packages: checkPacks,
};

await main(async () => {
  await build();
  if (!corpus) console.error("No corpus: its tests are skipped. Set ASYNCDELTA_CORPUS to run them.");
  const failed = [];
  for (const [name, check] of Object.entries(checks)) if (!(await check())) failed.push(name);
  await writeResult("checks", { passed: 0, failed: failed.length, skipped: 0 });
  const tested = await vitest("unit", [], { env: corpus ? { ASYNCDELTA_CORPUS: corpus } : {} });
  if (failed.length > 0) console.error(`Failed checks: ${failed.join(", ")}`);
  return tested && failed.length === 0 ? 0 : 1;
});
