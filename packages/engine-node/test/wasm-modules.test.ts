import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { makeKernels } from "../dist/parquet/kernels/kernels.js";
import { PageMemory } from "../dist/parquet/kernels/page-memory.js";
import { MODULES, makeModule, targetOf } from "../wasm/build.mjs";

describe("compiled modules in the sources", () => {
  it.each(MODULES)("are what $source makes", async (module) => {
    expect(readFileSync(targetOf(module), "utf8")).toBe(await makeModule(module));
  });

  it("begin with the memory that usual pages take, of which V8 counts twice what it grows by", () => {
    const kernels = makeKernels()!;
    const declared = kernels.memory.buffer.byteLength;
    expect(new PageMemory(kernels).bytes.byteLength).toBe(declared);
  });
});
