import { readdir, readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";

const dist = new URL("../dist/pool/", import.meta.url);

/** Specifiers that a module imports at once, and those that the modules beside it among them do. */
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

describe("a worker thread", () => {
  // As some 350 modules, what selects rows took 200 ms to load in each thread.
  it.each(["thread.js", "rows-task", "select-task", "json-task", "wasm-task"])(
    "loads few files to run %s",
    async (name) => {
      const files = [
        ...(await readdir(dist)),
        ...(await readdir(new URL("thread/", dist))).map((file) => `thread/${file}`),
      ];
      const file = files.find((file) => file === name || file.startsWith(`thread/${name}-`));
      expect(file).toBeDefined();
      const imports = [...(await importsOf(new URL(file!, dist)))];
      const others = imports.filter((name) => !/^(file|node):/.test(name));
      const light = ["parquet-wasm/esm", "hyparquet/src/constants.js"];
      expect(others.filter((name) => !light.includes(name))).toEqual([]);
      expect(imports.filter((name) => name.startsWith("file:")).length).toBeLessThan(10);
    },
  );

  it("names whose code is in its bundle", async () => {
    const chunks = await readdir(new URL("thread/", dist));
    const texts = await Promise.all(chunks.map((chunk) => readFile(new URL(`thread/${chunk}`, dist), "utf8")));
    const withArrow = texts.filter(
      (text) => text.includes("apache-arrow@") || text.includes("node_modules/apache-arrow"),
    );
    expect(withArrow.length).toBeGreaterThan(0);
    for (const text of withArrow) expect(text).toMatch(/^\/\*! Has parts of apache-arrow/);
  });
});
