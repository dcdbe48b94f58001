import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL("..", import.meta.url));
/** `*.interop.test.ts` need Python: `npm run test:interop` sets this and runs them alone. */
const interop = process.env.ASYNCDELTA_INTEROP === "1";

function project(folder: string, execArgv: string[] = []): object {
  return {
    root: join(root, folder),
    test: {
      name: folder.replace("packages/", ""),
      include: [interop ? "test/**/*.interop.test.ts" : "test/**/*.test.ts"],
      exclude: interop ? [] : ["test/**/*.interop.test.ts"],
      execArgv,
      testTimeout: 30_000,
      hookTimeout: 60_000,
    },
  };
}

export default defineConfig({
  root,
  test: {
    // Corpus tests and the like say at once what is not there; a suite of skipped files is no failure.
    passWithNoTests: interop,
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
