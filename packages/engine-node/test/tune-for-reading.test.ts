import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";

const MODULE = new URL("../dist/tune-for-reading.js", import.meta.url).href;

// When V8 collects is up to it, and cannot be counted reliably; a flag that it does not know, it complains of.
it.each([[""], ["{ once: true }"]])("tells this V8 something that it understands: tuneForReading(%s)", (options) => {
  const program = `import { tuneForReading } from ${JSON.stringify(MODULE)}; tuneForReading(${options}); console.log("done");`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
  expect([stdout, stderr]).toEqual(["done\n", ""]);
});
