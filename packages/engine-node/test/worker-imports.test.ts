import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";

/** Specifiers that a module of the package's `dist` imports at once, and those that the modules of the package among them do. */
async function importsOf(url: URL, seen = new Set<string>()): Promise<ReadonlySet<string>> {
  const text = await readFile(url, "utf8");
  for (const [, specifier] of text.matchAll(/^(?:import|export) (?:[^"';]* from )?"([^"]+)";$/gm)) {
    const name = specifier!.startsWith(".") ? new URL(specifier!, url).href : specifier!;
    if (seen.has(name)) continue;
    seen.add(name);
    if (name.startsWith("file:")) await importsOf(new URL(name), seen);
  }
  return seen;
}

const dist = new URL("../dist/", import.meta.url);

describe("a worker thread", () => {
  // As the whole kernel is some 200 modules, threads took three times as long to start.
  it.each(["pool/worker.js", "parquet/wasm-task.js", "parquet/threads/rows-task.js"])(
    "does not load the kernel to run %s",
    async (file) => {
      const imports = [...(await importsOf(new URL(file, dist)))].filter((name) => !/^(file|node):/.test(name));
      const light = ["parquet-wasm/esm", "hyparquet/src/constants.js"];
      expect(imports.filter((name) => !light.includes(name))).toEqual(["@asyncdelta/kernel-core/errors"]);
    },
  );
});
