import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const here = dirname(fileURLToPath(import.meta.url));

/** Runs the fixtures of one name with this package's own vitest configuration. */
function run(fixture: string): Promise<{ failed: boolean; output: string }> {
  const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
  const config = join(here, "fixtures", "vitest.config.ts");
  const args = [vitest, "run", fixture, "--root", join(here, ".."), "--config", config];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { env: { ...process.env, NO_COLOR: "1" } }, (error, stdout, stderr) => {
      resolve({ failed: error !== null, output: stdout + stderr });
    });
  });
}

describe("the configuration that all tests here run under", () => {
  it("fails a run in which a promise rejects with nobody listening, though its tests pass", async () => {
    const stray = await run("stray");
    expect(stray.output).toMatch(/Tests\s+1 passed/);
    expect(stray.output).toMatch(/stray on purpose/);
    expect(stray.failed).toBe(true);
  }, 300_000);

  it("passes the same run without the stray promise", async () => {
    const tidy = await run("tidy");
    expect(tidy.output).toMatch(/Tests\s+1 passed/);
    expect(tidy.failed).toBe(false);
  }, 300_000);
});
