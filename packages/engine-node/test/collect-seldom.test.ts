import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";

const MODULE = new URL("../dist/collect-seldom.js", import.meta.url).href;

// When V8 collects is up to it, and cannot be counted reliably; a flag that it does not know, it complains of.
it("tells this V8 something that it understands", () => {
  const program = `import { collectSeldom } from ${JSON.stringify(MODULE)}; collectSeldom(); console.log("done");`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
  expect([stdout, stderr]).toEqual(["done\n", ""]);
});
