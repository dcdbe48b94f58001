import { readdir, readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";

const root = new URL("../", import.meta.url);
const manifest = JSON.parse(await readFile(new URL("package.json", root), "utf8")) as Record<string, unknown>;
const sources = (await readdir(new URL("src/", root))).filter((file) => file.endsWith(".ts"));

describe("the package", () => {
  it("depends on nothing", () => {
    for (const kind of ["dependencies", "peerDependencies", "optionalDependencies", "bundledDependencies"]) {
      expect(manifest[kind]).toBeUndefined();
    }
  });

  it("exports one entry, with its types first", () => {
    expect(manifest.exports).toEqual({
      ".": { types: "./dist/index.d.ts", default: "./dist/index.js" },
      "./package.json": "./package.json",
    });
    expect(Object.keys((manifest.exports as Record<string, object>)["."] as object)[0]).toBe("types");
  });

  it("is ESM without side effects, and ships what it has built", () => {
    expect(manifest).toMatchObject({ type: "module", sideEffects: false, license: "Apache-2.0" });
    expect(manifest.files).toContain("dist");
  });

  it("pins the peers that it is compared with", () => {
    for (const [name, version] of Object.entries(manifest.devDependencies as Record<string, string>)) {
      expect([name, version]).toEqual([name, expect.stringMatching(/^(catalog:|\d+\.\d+\.\d+$)/)]);
    }
  });

  it("names the library that its types need, which no target of users has by itself", async () => {
    for (const file of sources) {
      const text = await readFile(new URL(`src/${file}`, root), "utf8");
      const isNeeded = /\bextends .*\b(?:Async)?Disposable\b/.test(text);
      expect([file, text.startsWith('/// <reference lib="esnext.disposable" preserve="true" />\n')]).toEqual([
        file,
        isNeeded,
      ]);
    }
  });

  it.each(sources)("%s imports only its neighbours", async (file) => {
    const text = await readFile(new URL(`src/${file}`, root), "utf8");
    const imports = [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map(([, specifier]) => specifier);
    expect(imports.filter((specifier) => !/^\.\/[a-z-]+\.js$/.test(specifier as string))).toEqual([]);
  });
});
