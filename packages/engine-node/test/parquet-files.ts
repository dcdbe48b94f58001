import { readdirSync, readFileSync } from "node:fs";
import type { ParquetFile, ReadParquetOptions, Storage } from "@asyncdelta/kernel-core";
import { memoryStorage, type RecordingStorage, recordingStorage } from "@asyncdelta/kernel-core/testing";
import type { RecordBatch, Schema } from "apache-arrow";
import type { RowGroupDecoder } from "../dist/parquet/decoder.js";
import { javascriptDecoder } from "../dist/parquet/javascript-decoder.js";
import { parquetHandler } from "../dist/parquet/parquet-handler.js";

const FOLDER = new URL("./fixtures/parquet/", import.meta.url);

/** What `fixtures/parquet/generate.py` put into some files. */
export interface Expected {
  readonly files: readonly string[];
  readonly rows: number;
  readonly columns: readonly ExpectedColumn[];
}

export interface ExpectedColumn {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly values: readonly unknown[];
}

/** All fixtures, by name, with what they hold. */
export function fixtures(): { readonly name: string; readonly expected: Expected }[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".json"))
    .flatMap((file) => {
      const expected = JSON.parse(readFileSync(new URL(file, FOLDER), "utf8")) as Expected;
      return expected.files.map((name) => ({ name, expected }));
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

export function fixtureBytes(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`${name}.parquet`, FOLDER)));
}

export function fixtureUrl(name: string): URL {
  return new URL(`${name}.parquet`, FOLDER);
}

export const FILE_URL = "memory:///data/file.parquet";

export interface Opened {
  readonly file: ParquetFile;
  readonly storage: RecordingStorage;
}

export interface OpenOptions {
  readonly decoder?: RowGroupDecoder;
  readonly decodes?: number;
  readonly roundTrip?: Storage["roundTrip"];
  /** What the log says; the bytes' length by default. */
  readonly size?: number;
  readonly isReadWhole?: boolean;
  readonly signal?: AbortSignal;
}

/** Opens bytes as a file in a recorded storage. */
export async function openBytes(bytes: Uint8Array, options: OpenOptions = {}): Promise<Opened> {
  const {
    decoder = javascriptDecoder(),
    decodes,
    roundTrip = "cheap",
    size = bytes.length,
    isReadWhole,
    signal,
  } = options;
  const storage = recordingStorage(memoryStorage({ objects: { [FILE_URL]: bytes }, roundTrip }));
  const handler = parquetHandler({ storage, decoder, decodes });
  return { file: await handler.open(FILE_URL, { size, isReadWhole, signal }), storage };
}

export interface ReadRows {
  readonly batches: readonly RecordBatch[];
  readonly rowOffsets: readonly number[];
  readonly schema: Schema | undefined;
  readonly rows: number;
}

export async function readRows(file: ParquetFile, options?: ReadParquetOptions): Promise<ReadRows> {
  const batches: RecordBatch[] = [];
  const rowOffsets: number[] = [];
  for await (const { batch, rowOffset } of file.read(options)) {
    batches.push(batch);
    rowOffsets.push(rowOffset);
  }
  const rows = batches.reduce((sum, { numRows }) => sum + numRows, 0);
  return { batches, rowOffsets, schema: batches[0]?.schema, rows };
}
