/**
 * `node .ci/other-node.mjs 22 24`: the unit tests again on other releases of Node, which the npm packages
 * `node-<platform>-<arch>` carry. Randomised tests run a tenth of their cases.
 */
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { vitest } from "./vitest.mjs";
import { build, cache, corpus, main, run } from "./workspace.mjs";

await main(async () => {
  await build();
  const env = { ASYNCDELTA_SEEDS: process.env.ASYNCDELTA_SEEDS ?? "0.1" };
  if (corpus) env.ASYNCDELTA_CORPUS = corpus;
  let passed = true;
  for (const release of process.argv.slice(2)) {
    passed = (await vitest(`node-${release}`, [], { env, node: await binary(release) })) && passed;
  }
  return passed ? 0 : 1;
});

async function binary(release) {
  const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  const folder = join(cache, `node-${release}`);
  const node = join(folder, "node_modules", name, "bin", process.platform === "win32" ? "node.exe" : "node");
  if (!existsSync(node)) {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "package.json"), '{ "private": true }');
    await run("npm", ["install", "--no-audit", "--no-fund", "--no-package-lock", `${name}@${release}`], {
      cwd: folder,
    });
  }
  await run(node, ["--version"]);
  return node;
}
