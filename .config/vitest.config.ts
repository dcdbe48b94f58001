import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL("..", import.meta.url));
/**
 * `*.interop.test.ts` need Python, and `*.spark.test.ts` what `npm run test:spark` has made before: each of the two commands
 * sets its variable and runs its tests alone.
 */
const interop = process.env.ASYNCDELTA_INTEROP === "1";
const special = interop ? "interop" : process.env.ASYNCDELTA_SPARK === undefined ? undefined : "spark";

function project(folder: string, execArgv: string[] = []): object {
  return {
    root: join(root, folder),
    test: {
      name: folder.replace("packages/", ""),
      include: [special === undefined ? "test/**/*.test.ts" : `test/**/*.${special}.test.ts`],
      exclude: special === undefined ? ["test/**/*.{interop,spark}.test.ts"] : [],
      execArgv,
      // What hangs is found by these as well; what is slow because the machine is busy is no failure.
      testTimeout: 120_000,
      hookTimeout: 180_000,
      expect: { poll: { timeout: 30_000, interval: 5 } },
    },
  };
}

export default defineConfig({
  root,
  test: {
    // Corpus tests and the like say at once what is not there; a suite of skipped files is no failure.
    passWithNoTests: special !== undefined,
    // Many tests wait for processes and threads of their own: one worker for each processor keeps them all busy.
    maxWorkers: "100%",
    projects: [
      // Its rule 9: no rejection is ever left unhandled.
      project("packages/parallel", ["--unhandled-rejections=strict"]),
      project("packages/kernel-core"),
      project("packages/engine-node"),
      project("packages/asyncdelta"),
      project("examples"),
      project("benchmarks"),
    ],
  },
});
