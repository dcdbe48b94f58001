import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { MODULES, makeModule, targetOf } from "../wasm/build.mjs";

describe("compiled modules in the sources", () => {
  it.each(MODULES)("are what $source makes", async (module) => {
    expect(readFileSync(targetOf(module), "utf8")).toBe(await makeModule(module));
  });
});
