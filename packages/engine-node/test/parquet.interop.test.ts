import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type RecordBatch, RecordBatchFileWriter } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RowGroupDecoder } from "../dist/parquet/decoder.js";
import { javascriptDecoder } from "../dist/parquet/javascript-decoder.js";
import { threadDecoder } from "../dist/parquet/threads/thread-decoder.js";
import { wasmDecoder } from "../dist/parquet/wasm-decoder.js";
import { workerPool } from "../dist/pool/worker-pool.js";
import { python, scriptArguments } from "./interop/python.js";
import { openBytes } from "./parquet-files.js";

const corpus = process.env.ASYNCDELTA_CORPUS;
const script = new URL("./interop/compare_parquet.py", import.meta.url);
const fixtures = fileURLToPath(new URL("./fixtures/parquet/", import.meta.url));

const pool = workerPool({ size: 1 });
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "asyncdelta-parquet-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await pool.close();
});

function parquetFiles(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".parquet"))
    .map((name) => join(root, name))
    .sort();
}

/** Reads a file and writes what came out as an Arrow file; one without rows has nothing to compare. */
async function writeArrow(path: string, target: string, decoder: RowGroupDecoder): Promise<boolean> {
  const bytes = new Uint8Array(readFileSync(path));
  if (bytes.length === 0) return false;
  const { file } = await openBytes(bytes, { decoder });
  if (file.numRows === 0) return false;
  const batches: RecordBatch[] = [];
  for await (const { batch } of file.read({ batchRows: 1000 })) batches.push(batch);
  await writeFile(target, await RecordBatchFileWriter.writeAll(batches).toUint8Array());
  return true;
}

describe.each<[string, () => RowGroupDecoder]>([
  ["plain JavaScript", javascriptDecoder],
  ["WebAssembly", () => wasmDecoder(pool)],
  ["threads", () => threadDecoder(pool)],
])("the decoder in %s", (_, decoder) => {
  it.each([["fixtures", fixtures] as const, ...(corpus === undefined ? [] : [["corpus", corpus] as const])])(
    "gives every value of the %s as pyarrow does",
    async (name, root) => {
      const pairs: string[] = [];
      for (const [index, path] of parquetFiles(root).entries()) {
        const target = join(folder, `${name}-${index}.arrow`);
        if (await writeArrow(path, target, decoder())) pairs.push(`${path}\t${target}`);
      }
      const list = join(folder, `${name}.txt`);
      await writeFile(list, `${pairs.join("\n")}\n`);
      const { stdout } = await promisify(execFile)(python, scriptArguments(script, list), { maxBuffer: 1 << 26 }).catch(
        (error: { stdout: string }) => error,
      );
      const { files, values, differences } = JSON.parse(stdout);
      expect(differences).toEqual([]);
      expect(files).toBe(pairs.length);
      expect(values).toBeGreaterThan(1000);
    },
    300_000,
  );
});
