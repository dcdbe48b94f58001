import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { rolldown } from "rolldown";
import { beforeAll, describe, expect, test } from "vitest";

const packages = fileURLToPath(new URL("../..", import.meta.url));

const COMMITS = [
  [
    { protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
    {
      metaData: {
        id: "t",
        format: { provider: "parquet", options: {} },
        schemaString: JSON.stringify({
          type: "struct",
          fields: [
            { name: "id", type: "long", nullable: true, metadata: {} },
            { name: "day", type: "date", nullable: true, metadata: {} },
          ],
        }),
        partitionColumns: ["day"],
        configuration: {},
      },
    },
    add("day=2026-01-01/a.parquet"),
    add("day=2026-01-01/b.parquet"),
  ],
  [{ remove: { path: "day=2026-01-01/a.parquet", dataChange: true } }, add("day=2026-01-02/c.parquet")],
].map((actions) => `${actions.map((action) => JSON.stringify(action)).join("\n")}\n`);

function add(path: string): object {
  const day = path.slice("day=".length, path.indexOf("/"));
  return { add: { path, partitionValues: { day }, size: 100, modificationTime: 0, dataChange: true } };
}

describe("the kernel without a platform", () => {
  let code: string;
  let external: readonly string[];

  beforeAll(async () => {
    const bundle = await rolldown({
      input: join(packages, "kernel-core/test/neutral/open-and-list.ts"),
      platform: "neutral",
      // As a bundler for browsers resolves: apache-arrow's main entry is for Node.
      resolve: { mainFields: ["browser", "module", "main"] },
      logLevel: "silent",
    });
    const { output } = await bundle.generate({ format: "iife", name: "kernel" });
    await bundle.close();
    code = output[0].code;
    const own = output.map(({ fileName }) => fileName);
    external = output
      .flatMap((chunk) => (chunk.type === "chunk" ? [...chunk.imports, ...chunk.dynamicImports] : []))
      .filter((name) => !own.includes(name));
  });

  test("bundles into one script that imports nothing", () => {
    expect(external).toEqual([]);
    expect(code).not.toMatch(/["']node:/);
  });

  test("opens, refreshes and lists a table where nothing of Node is there", async () => {
    const context = bareContext();
    expect(runInContext("[typeof process, typeof Buffer, typeof setTimeout, typeof fetch].join()", context)).toBe(
      "undefined,undefined,undefined,undefined",
    );
    context.commits = JSON.stringify(COMMITS);
    runInContext(code, context);
    const result = runInContext("kernel.openAndList(JSON.parse(commits))", context) as Promise<string>;
    expect(JSON.parse(await result)).toEqual({
      first: 0,
      version: 1,
      columns: ["id", "day"],
      paths: ["day=2026-01-01/b.parquet", "day=2026-01-02/c.parquet"],
    });
  });
});

describe("the sources of parallel and kernel-core", () => {
  test.each(["parallel", "kernel-core"])("%s imports its own files and what its package declares", async (name) => {
    const { dependencies = {} } = JSON.parse(await readFile(join(packages, name, "package.json"), "utf8"));
    const foreign: string[] = [];
    let files = 0;
    for (const file of await readdir(join(packages, name, "src"), { recursive: true })) {
      if (!file.endsWith(".ts")) continue;
      files++;
      const source = await readFile(join(packages, name, "src", file), "utf8");
      for (const [, specifier = ""] of source.matchAll(/(?:from|import|import\()\s*["']([^"']+)["']/g)) {
        if (!specifier.startsWith(".") && !(specifier in dependencies)) foreign.push(`${file}: ${specifier}`);
      }
    }
    expect(files).toBeGreaterThan(5);
    expect(foreign).toEqual([]);
  });
});

/** A realm with the language's own globals and those of `platform.d.ts`, and nothing else. */
function bareContext(): ReturnType<typeof createContext> {
  const context = createContext({ AbortController });
  // Bytes must belong to the realm, as they do on a real platform: typed arrays of another one fail `instanceof`.
  context.host = { encode: (text: string) => new TextEncoder().encode(text), TextDecoder };
  runInContext(
    `{
      const { encode, TextDecoder } = host;
      globalThis.TextDecoder = TextDecoder;
      globalThis.TextEncoder = class {
        encode(text = "") { return Uint8Array.from(encode(text)); }
        encodeInto(text, into) {
          const bytes = this.encode(text);
          if (bytes.length > into.length) throw new Error("too small");
          into.set(bytes);
          return { read: text.length, written: bytes.length };
        }
      };
      delete globalThis.host;
    }`,
    context,
  );
  return context;
}
