import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";

const tables = new URL("../../../examples/tables/", import.meta.url);
const parquetFile = new URL("fixtures/parquet/codec-gzip.parquet", import.meta.url);
/** Small on disk, 6.4 MB decoded. */
const largeFile = new URL("fixtures/engine/zeros.parquet", import.meta.url);

/** Runs a module in a process of its own; it has the engine, the kernel, and `report`, which prints what it is given. */
async function run(script: string, flags: readonly string[] = []): Promise<unknown> {
  const prelude = `
    import { Session } from "node:inspector";
    const scripts = new Set();
    const session = new Session();
    // Where permissions are asked for, there is no inspector.
    if (process.permission === undefined) {
      session.connect();
      session.on("Debugger.scriptParsed", ({ params }) => scripts.add(params.url));
      session.post("Debugger.enable");
    }
    /** Packages of which code has been loaded. */
    const packages = () => [...new Set([...scripts].flatMap((url) => /node_modules\\/(?!\\.pnpm)((?:@[^/]+\\/)?[^/]+)/.exec(url)?.[1] ?? []))];
    const report = (value) => console.log(JSON.stringify(value));
    const { nodeEngine } = await import(${JSON.stringify(import.meta.resolve("@asyncdelta/engine-node"))});
    const { loadSnapshot } = await import(${JSON.stringify(import.meta.resolve("@asyncdelta/kernel-core"))});
    const tables = ${JSON.stringify(tables.href)};
    const parquetFile = ${JSON.stringify(parquetFile.href)};
    const parquetSize = ${statSync(parquetFile).size};
    const largeFile = ${JSON.stringify(largeFile.href)};
    const largeSize = ${statSync(largeFile).size};
    let threads = 0;
    process.on("worker", () => threads++);
  `;
  const argv = [...flags, "--input-type=module", "--eval", prelude + script];
  const { stdout } = await promisify(execFile)(process.execPath, argv, { timeout: 100_000 });
  return JSON.parse(stdout);
}

const HEAVY = ["apache-arrow", "parquet-wasm", "hyparquet", "piscina", "undici"];

describe("what is loaded", () => {
  test("nothing heavy by the import, nor by the snapshot of a table of JSON commits", async () => {
    const loaded = await run(`
      const engine = nodeEngine();
      const imported = packages();
      const snapshot = await loadSnapshot(engine, tables + "trips/", { version: 9 });
      report({ version: snapshot.version, imported, after: packages(), seen: [...scripts].some((url) => url.includes("engine-node")), threads });
    `);
    expect(loaded).toMatchObject({ version: 9, seen: true, threads: 0 });
    const { imported, after } = loaded as { imported: string[]; after: string[] };
    expect(HEAVY.filter((name) => imported.includes(name))).toEqual([]);
    expect(HEAVY.filter((name) => after.includes(name))).toEqual([]);
  });

  test("a small Parquet file needs no WebAssembly and no thread", async () => {
    const loaded = await run(`
      const engine = nodeEngine();
      const file = await engine.parquet.open(parquetFile, { size: parquetSize });
      for await (const _ of file.read());
      report({ packages: packages(), threads });
    `);
    expect(loaded).toMatchObject({ threads: 0 });
    const { packages } = loaded as { packages: string[] };
    expect(packages).toContain("hyparquet");
    expect(packages).not.toContain("parquet-wasm");
  });
});

describe("a process ends by itself", () => {
  test("beside an idle engine that has used files and threads", async () => {
    const script = `
      const engine = nodeEngine({ parquet: "wasm", workers: 2 });
      const file = await engine.parquet.open(parquetFile, { size: parquetSize });
      let rows = 0;
      for await (const { batch } of file.read()) rows += batch.numRows;
      await engine.storage.read(parquetFile);
      report({ complete: rows === file.numRows });
    `;
    expect(await run(script)).toEqual({ complete: true });
  });

  test("beside a loop that was left early", async () => {
    const script = `
      const engine = nodeEngine({ parquet: "wasm" });
      for await (const _ of engine.storage.stream(parquetFile)) break;
      const file = await engine.parquet.open(parquetFile, { size: parquetSize });
      for await (const _ of file.read({ batchRows: 1 })) break;
      report("left");
    `;
    expect(await run(script)).toBe("left");
  });
});

/** Files may be read, and nothing else be done. */
const DENIED = [Number.parseInt(process.versions.node, 10) < 22 ? "--experimental-permission" : "--permission"];
DENIED.push("--allow-fs-read=*");

describe("large Parquet", () => {
  const script = (parquet: string, times = 1) => `
    const engine = nodeEngine({ parquet: ${JSON.stringify(parquet)} });
    const file = await engine.parquet.open(largeFile, { size: largeSize });
    let rows = 0;
    try {
      for (let i = 0; i < ${times}; i++) for await (const { batch } of file.read()) rows += batch.numRows;
      report({ rows, threads: threads > 0 });
    } catch ({ code, message }) {
      report({ code, message });
    }
  `;

  test("is decoded here while it is done sooner than threads are started, and in threads where there is more", async () => {
    expect(await run(script("auto"))).toEqual({ rows: 800_000, threads: false });
    expect(await run(script("auto", 8))).toEqual({ rows: 8 * 800_000, threads: true });
  });

  test("is decoded by plain JavaScript where WebAssembly is not to be had", async () => {
    expect(await run(script("auto"), ["--jitless"])).toEqual({ rows: 800_000, threads: false });
  });

  test("is an error where WebAssembly is asked for and not to be had", async () => {
    expect(await run(script("wasm"), ["--jitless"])).toEqual({
      code: "INVALID_ARGUMENT",
      message: expect.stringContaining("WebAssembly was asked for, and is not there"),
    });
  });

  test("is decoded here where no thread may be started", async () => {
    expect(await run(script("auto", 8), DENIED)).toEqual({ rows: 8 * 800_000, threads: false });
  });

  test("is an error that says what to allow where threads are asked for and none may be started", async () => {
    expect(await run(script("wasm"), DENIED)).toEqual({
      code: "WORKER_DIED",
      message: expect.stringMatching(/^No worker thread could be started .*Run node with --allow-worker/),
    });
  });
});
