import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "parallel",
    include: ["test/**/*.test.ts"],
    pool: "forks",
    // Rule 9: a promise that rejects with nobody listening ends the process, and so the run.
    execArgv: ["--unhandled-rejections=strict"],
  },
});
