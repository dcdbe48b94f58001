import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { preload } from "@asyncdelta/engine-node";
import { describe, expect, it } from "vitest";

const run = promisify(execFile);

/** Files of this package that a process loads by `code`, and whether it ends by itself. */
async function loadedBy(code: string, flags: readonly string[] = []): Promise<string[]> {
  const script = `
    import * as module from "node:module";
    const loader = "data:text/javascript," + encodeURIComponent(\`
      export async function load(url, context, next) { port.postMessage(url); return next(url, context); }
      let port;
      export function initialize(data) { port = data; }
    \`);
    const { port1, port2 } = new MessageChannel();
    const seen = [];
    port1.on("message", (url) => seen.push(url)).unref();
    module.register(loader, { data: port2, transferList: [port2] });
    const { preload } = await import(${JSON.stringify(new URL("../dist/index.js", import.meta.url).href)});
    ${code}
    await new Promise((resolve) => setTimeout(resolve, 100));
    console.log(JSON.stringify(seen));
  `;
  const { stdout } = await run(process.execPath, [...flags, "--input-type=module", "--eval", script], {
    timeout: 100_000,
  });
  return (JSON.parse(stdout) as string[]).map((url) => url.replace(/^.*(engine-node\/dist|node_modules)\//, ""));
}

describe("preloading", () => {
  it("loads the decoders, and no store where tables are local", async () => {
    const loaded = await loadedBy("await preload();");
    expect(loaded).toContain("parquet/javascript/decode-row-group.js");
    expect(loaded).toContain("parquet/wasm-decoder.js");
    expect(loaded.filter((file) => /s3\/|http-client|undici\//.test(file))).toEqual([]);
  });

  it("loads the store that a URL leads to, and no other", async () => {
    const loaded = await loadedBy('await preload("s3://bucket/table");');
    expect(loaded).toContain("s3/index.js");
    expect(loaded).toContain("http/http-client.js");
    expect(loaded.some((file) => file.startsWith("undici/"))).toBe(true);
    expect(loaded.filter((file) => /azure\/|gcs\//.test(file))).toEqual([]);
  });

  it("takes every location that a table can be opened by, a signed one too", async () => {
    const loaded = await loadedBy('await preload("https://lake.blob.core.windows.net/c/t?sv=1&sig=x");');
    expect(loaded).toContain("azure/index.js");
    await preload("https://example.org/lake/trips?signature=x");
  });

  it("leaves nothing to be loaded by the first read", async () => {
    const table = new URL("../../../examples/tables/trips/", import.meta.url).href;
    const loaded = await loadedBy(`
      await preload();
      const { DeltaTable } = await import("${new URL("../../asyncdelta/dist/index.js", import.meta.url).href}");
      await new Promise((resolve) => setTimeout(resolve, 100));
      const before = seen.length;
      const table = await DeltaTable.open(${JSON.stringify(table)});
      for await (const batch of table.scan()) if (batch.numRows === 0) throw new Error("an empty batch");
      for await (const batch of table.scan({ where: "city = 'Oslo' and id > 1" })) if (batch.numRows === 0) throw new Error("an empty batch");
      await new Promise((resolve) => setTimeout(resolve, 100));
      seen.splice(0, before);
    `);
    // What decompresses the one file in many that needs it aside.
    expect(loaded.filter((file) => !/fzstd/.test(file))).toEqual([]);
  });

  it("compiles what it loads, and no more of what is loaded later", async () => {
    const script = `
      import { getHeapCodeStatistics } from "node:v8";
      const size = () => getHeapCodeStatistics().bytecode_and_metadata_size;
      const { preload } = await import(${JSON.stringify(new URL("../dist/index.js", import.meta.url).href)});
      const start = size();
      await preload();
      const loaded = size();
      await import("data:text/javascript,export function never() {" + "never();".repeat(50_000) + "}");
      console.log(loaded - start, size() - loaded);
    `;
    const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", script]);
    const [preloaded, later] = stdout.split(" ").map(Number);
    // 0.4 MB without.
    expect(preloaded).toBeGreaterThan(1_000_000);
    expect(later).toBeLessThan(100_000);
  });

  it("does without WebAssembly where there is none", async () => {
    const loaded = await loadedBy("await preload();", ["--jitless"]);
    expect(loaded).toContain("parquet/javascript/decode-row-group.js");
  });

  it("refuses what cannot be a table's location", async () => {
    await expect(preload("")).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });
});
