import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as arrow from "apache-arrow";
import { describe, expect, it } from "vitest";
import { BUNDLED, CLI, node, PACKAGE, READINGS, TRIPS } from "./cli.js";
import { commitPath, editCommit, readingsCopy } from "./tables.js";

/** Puts the scripts that the main thread has loaded on standard error when the process ends. */
const LIST_SCRIPTS = `data:text/javascript,${encodeURIComponent(`
  import { writeSync } from "node:fs";
  import { Session } from "node:inspector";
  const session = new Session();
  const urls = [];
  session.connect();
  session.on("Debugger.scriptParsed", ({ params }) => urls.push(params.url));
  session.post("Debugger.enable");
  process.on("exit", () => writeSync(2, JSON.stringify(urls.filter((url) => url.startsWith("file:")))));`)}`;

async function scripts(...args: readonly string[]): Promise<{ stdout: Buffer; urls: string[] }> {
  const { status, stdout, stderr } = await node([`--import=${LIST_SCRIPTS}`, BUNDLED, ...args]);
  expect(status).toBe(0);
  return { stdout, urls: JSON.parse(stderr) };
}

it.each([
  [["info", TRIPS, "--json"]],
  [["info", TRIPS]],
  [["files", READINGS, "--json"]],
  [["files", READINGS]],
  [["history", READINGS, "--format", "csv"]],
  [["read", TRIPS, "--format", "arrow"]],
  [["read", TRIPS, "--json"]],
  [["read", READINGS, "--format", "csv"]],
  [["read", READINGS]],
  [["read", READINGS, "--columns", "nothing"]],
  [["--help"]],
  [["--version"]],
])("prints what the compiled modules print: %j", async (args) => {
  expect(await node([BUNDLED, ...args])).toEqual(await node([CLI, ...args]));
});

it("opens a small table with few scripts, and nothing heavy", async () => {
  const { urls } = await scripts("info", READINGS, "--json");
  expect(urls.filter((url) => /node_modules|wasm|worker|thread|arrow-(?!type)/.test(url))).toEqual([]);
  expect(urls.length).toBeLessThan(16);
});

it("needs no packages but its dependencies", async () => {
  const { dependencies } = JSON.parse(await readFile(join(PACKAGE, "package.json"), "utf8"));
  const found = await readdir(join(PACKAGE, "dist/cli"), { recursive: true });
  const chunks = found.filter((name) => name.endsWith(".js")).map((name) => `cli/${name}`);
  expect(chunks.some((name) => /\/s3-/.test(name))).toBe(true);
  for (const name of ["cli.js", ...chunks]) {
    const text = await readFile(join(PACKAGE, "dist", name), "utf8");
    for (const [, name] of text.matchAll(/(?:from |import\()"((?:@[^/"]+\/)?[^./"][^/"]*)/g)) {
      if (!name!.startsWith("node:")) expect(Object.keys(dependencies)).toContain(name);
    }
  }
});

describe("with a large file", () => {
  it("decodes in a worker, which it finds beside itself", async () => {
    const table = await readingsCopy();
    for (let version = 1; version < 10; version++) await rm(commitPath(table, version));
    const values = BigInt64Array.from({ length: 600_000 }, (_, i) => BigInt(i) * 7919n);
    await writeFile(join(table, "large.parquet"), await parquetFile(values));
    const { size } = await stat(join(table, "large.parquet"));
    await editCommit(table, 0, (actions) =>
      actions.map((action) => {
        if ("metaData" in action) {
          const fields = [{ name: "n", type: "long", nullable: true, metadata: {} }];
          return {
            metaData: { ...(action.metaData as object), schemaString: JSON.stringify({ type: "struct", fields }) },
          };
        }
        if (!("add" in action)) return action;
        const { stats: _, ...add } = action.add as { stats: string };
        return { add: { ...add, path: "large.parquet", size } };
      }),
    );
    const { stdout, urls } = await scripts("read", table, "--format", "arrow", "--parquet", "wasm");
    expect(urls.some((url) => /cli\/(?:shared|worker)-pool-/.test(url))).toBe(true);
    expect(urls.some((url) => /node_modules.*parquet-wasm/.test(url))).toBe(false);
    const read = arrow.tableFromIPC(stdout).getChild("n")!.toArray() as BigInt64Array;
    expect(bytes(read).equals(bytes(values))).toBe(true);
  });
});

function bytes({ buffer, byteOffset, byteLength }: BigInt64Array): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}

async function parquetFile(values: BigInt64Array): Promise<Uint8Array> {
  const wasm = await import("parquet-wasm/esm");
  const module = createRequire(import.meta.url).resolve("parquet-wasm/esm/parquet_wasm_bg.wasm");
  wasm.initSync({ module: await readFile(module) });
  const ipc = arrow.tableToIPC(new arrow.Table({ n: arrow.makeVector(values) }), "stream");
  return wasm.writeParquet(wasm.Table.fromIPCStream(ipc));
}
