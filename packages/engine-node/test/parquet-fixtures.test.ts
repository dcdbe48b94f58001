import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { parquetMetadata } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import { afterAll, describe, expect, it } from "vitest";
import type { RowGroupDecoder } from "../dist/parquet/decoder.js";
import { javascriptDecoder } from "../dist/parquet/javascript-decoder.js";
import { threadDecoder } from "../dist/parquet/threads/thread-decoder.js";
import { wasmDecoder } from "../dist/parquet/wasm-decoder.js";
import { workerPool } from "../dist/pool/worker-pool.js";
import { plainColumns, typeText } from "./arrow-plain.js";
import { type Expected, fixtureBytes, fixtures, fixtureUrl, openBytes, readRows } from "./parquet-files.js";

const pool = workerPool({ size: 1 });
afterAll(() => pool.close());

const decoders: [string, RowGroupDecoder][] = [
  ["plain JavaScript", javascriptDecoder()],
  ["WebAssembly", wasmDecoder(pool)],
  ["threads", threadDecoder(pool)],
];

async function expectRows(name: string, expected: Expected, decoder: RowGroupDecoder, batchRows?: number) {
  const { file } = await openBytes(fixtureBytes(name), { decoder });
  expect(file.numRows).toBe(expected.rows);
  const { batches, schema, rowOffsets } = await readRows(file, { batchRows });
  for (const { numRows } of batches) expect(numRows).toBeLessThanOrEqual(batchRows ?? numRows);
  let offset = 0;
  for (const [index, { numRows }] of batches.entries()) {
    expect(rowOffsets[index]).toBe(offset);
    offset += numRows;
  }
  expect(offset).toBe(expected.rows);
  if (expected.rows === 0) return;
  const fields = schema!.fields.map(({ name, type, nullable }) => ({ name, type: typeText(type), nullable }));
  expect(fields).toEqual(expected.columns.map(({ name, type, nullable }) => ({ name, type, nullable })));
  const columns = plainColumns(batches);
  for (const [index, column] of expected.columns.entries()) expect(columns[index], column.name).toEqual(column.values);
}

describe.each(decoders)("the decoder in %s", (_, decoder) => {
  it.each(fixtures())("reads $name with the values that went in", async ({ name, expected }) => {
    await expectRows(name, expected, decoder);
  });

  it.each([1, 7, 64])("reads the same in batches of %i rows", async (batchRows) => {
    for (const { name, expected } of fixtures()) await expectRows(name, expected, decoder, batchRows);
  });

  it("reads each column alone as it reads it among others", async () => {
    for (const { name, expected } of fixtures().filter(({ name }) => /^(nested|legacy|flat)/.test(name))) {
      const { file } = await openBytes(fixtureBytes(name), { decoder });
      for (const column of expected.columns) {
        const { batches } = await readRows(file, { columns: [[column.name]] });
        expect(plainColumns(batches), `${name}.${column.name}`).toEqual([column.values]);
      }
    }
  });

  it.each([1, 64])(
    "leaves out no value where rows without one may be left out, in batches of %i rows",
    async (batchRows) => {
      for (const { name, expected } of fixtures()) {
        const { file } = await openBytes(fixtureBytes(name), { decoder });
        for (const column of expected.columns) {
          const { batches, rowOffsets } = await readRows(file, { columns: [[column.name]], sparse: true, batchRows });
          const found: unknown[] = new Array(expected.rows).fill(null);
          for (const [index, batch] of batches.entries()) {
            for (const [row, value] of plainColumns([batch])[0]!.entries()) found[rowOffsets[index]! + row] = value;
          }
          expect(found, `${name}.${column.name}`).toEqual(column.values);
        }
      }
    },
  );
});

describe("the decoder in plain JavaScript", () => {
  it("reads a few rows of very many where the others may be left out", async () => {
    const { file } = await openBytes(fixtureBytes("sparse"));
    const { batches } = await readRows(file, { sparse: true });
    const rows = batches.reduce((sum, { numRows }) => sum + numRows, 0);
    expect(rows).toBeLessThan(file.numRows / 10);
  });

  it.each([1, 64])("goes on to the last value that the footer counts, in batches of %i rows", async (batchRows) => {
    for (const { name, expected } of fixtures()) {
      const { file } = await openBytes(fixtureBytes(name));
      for (const column of expected.columns) {
        const { batches, rowOffsets } = await readRows(file, { columns: [[column.name]], sparse: "values", batchRows });
        const left = [...column.values];
        for (const [index, batch] of batches.entries()) {
          for (const [row, value] of plainColumns([batch])[0]!.entries()) {
            expect(value, `${name}.${column.name}`).toEqual(column.values[rowOffsets[index]! + row]);
            left[rowOffsets[index]! + row] = null;
          }
        }
        expect(left.filter(hasValue), `${name}.${column.name}`).toEqual([]);
      }
    }
  });

  it("reads every codec where there is no WebAssembly", async () => {
    const dist = new URL("../dist/parquet/", import.meta.url);
    const script = `
      delete globalThis.WebAssembly;
      const { readFileSync } = await import("node:fs");
      const { memoryStorage } = await import("@asyncdelta/kernel-core/testing");
      const { javascriptDecoder } = await import("${dist}javascript-decoder.js");
      const { parquetHandler } = await import("${dist}parquet-handler.js");
      let rows = 0;
      for (const url of process.argv.slice(1)) {
        const bytes = new Uint8Array(readFileSync(new URL(url)));
        const storage = memoryStorage({ objects: { "memory:///f": bytes } });
        const file = await parquetHandler({ storage, decoder: javascriptDecoder() }).open("memory:///f", { size: bytes.length });
        for await (const { batch } of file.read()) rows += batch.numRows;
      }
      console.log(rows, typeof WebAssembly);
    `;
    const codecs = fixtures().filter(({ name }) => name.startsWith("codec"));
    const urls = codecs.map(({ name }) => fixtureUrl(name).href);
    const args = ["--input-type=module", "--eval", script, ...urls];
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      cwd: fileURLToPath(new URL(".", import.meta.url)),
    });
    expect(stdout.trim()).toBe(`${60 * codecs.length} undefined`);
  });
});

describe("the fixtures", () => {
  it("hold every encoding, codec and page version that they are there for", async () => {
    const seen = new Set<string | undefined>();
    for (const { name } of fixtures().filter(({ expected }) => expected.rows > 0)) {
      const bytes = fixtureBytes(name);
      for (const { columns } of parquetMetadata(bytes).row_groups) {
        for (const { meta_data: meta } of columns) {
          seen.add(meta!.codec);
          for (const encoding of meta!.encodings) seen.add(encoding);
          for (const offset of [meta!.data_page_offset, meta!.dictionary_page_offset ?? meta!.data_page_offset]) {
            seen.add(parquetHeader({ view: new DataView(bytes.buffer), offset: Number(offset) }).type);
          }
        }
      }
    }
    expect([...seen].sort()).toEqual(
      [
        ...["BROTLI", "GZIP", "LZ4_RAW", "SNAPPY", "UNCOMPRESSED", "ZSTD"],
        ...["BYTE_STREAM_SPLIT", "DELTA_BINARY_PACKED", "DELTA_BYTE_ARRAY", "DELTA_LENGTH_BYTE_ARRAY"],
        ...["PLAIN", "PLAIN_DICTIONARY", "RLE", "RLE_DICTIONARY"],
        ...["DATA_PAGE", "DATA_PAGE_V2", "DICTIONARY_PAGE"],
      ].sort(),
    );
  });
});

/** Whether there is a value other than null in this one. */
function hasValue(value: unknown): boolean {
  if (value === null || value === undefined) return false;
  return typeof value === "object" ? Object.values(value).some(hasValue) : true;
}
