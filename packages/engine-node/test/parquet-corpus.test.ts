import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { threadDecoder } from "../dist/parquet/threads/thread-decoder.js";
import { wasmDecoder } from "../dist/parquet/wasm-decoder.js";
import { workerPool } from "../dist/pool/worker-pool.js";
import { plainColumns, typeText } from "./arrow-plain.js";
import { openBytes, readRows } from "./parquet-files.js";

const corpus = process.env.ASYNCDELTA_CORPUS;

function parquetFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".parquet"))
    .map((name) => join(folder, name))
    .sort();
}

describe.skipIf(corpus === undefined)("the Parquet files of real tables", () => {
  const pool = workerPool({ size: 1 });
  afterAll(() => pool.close());
  const tables = corpus === undefined ? [] : readdirSync(corpus).filter((name) => !name.includes("."));

  it.each(tables)("of %s are read alike by all decoders, every row of them", async (table) => {
    for (const path of parquetFiles(join(corpus!, table))) {
      const bytes = new Uint8Array(readFileSync(path));
      if (bytes.length === 0) continue;
      const plain = await openBytes(bytes);
      const ours = await readRows(plain.file);
      expect(ours.rows).toBe(plain.file.numRows);
      // Of the few large files the first batch is enough here: the comparison with pyarrow goes through all of them.
      const some = (batches: typeof ours.batches) => plainColumns(ours.rows > 20_000 ? batches.slice(0, 1) : batches);
      const columns = some(ours.batches);
      for (const decoder of [wasmDecoder(pool), threadDecoder(pool)]) {
        const theirs = await readRows((await openBytes(bytes, { decoder })).file);
        expect(theirs.rows).toBe(plain.file.numRows);
        expect(ours.schema?.fields.map(({ type }) => typeText(type))).toEqual(
          theirs.schema?.fields.map(({ type }) => typeText(type)),
        );
        const others = some(theirs.batches);
        for (const [index, column] of columns.entries()) {
          if (!isDeepStrictEqual(column, others[index]))
            expect(column, `${path}, column ${index}`).toEqual(others[index]);
        }
      }
      plain.storage.assertNothingReadTwice();
    }
  });
});
