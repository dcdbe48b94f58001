import {
  Bool,
  type DataType,
  Field,
  Float64,
  Int32,
  Int64,
  List,
  Map_,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableToIPC,
  Utf8,
} from "apache-arrow";
import fc from "fast-check";
import * as parquetWasm from "parquet-wasm/node";
import { describe, expect, it } from "vitest";
import { makeColumnBuilder } from "./arrow-builder/make-column-builder.js";
import { plainColumns, typeText } from "./arrow-plain.js";
import { cases } from "./parquet-cases.js";
import { openBytes, readRows } from "./parquet-files.js";

interface Column {
  readonly type: DataType;
  readonly nullable: boolean;
  /** A value for the builder of that type. */
  readonly value: fc.Arbitrary<unknown>;
}

const field = (name: string, { type, nullable }: Column) => new Field(name, type, nullable);

/** Types of every nesting, with values for them. */
const column: fc.Arbitrary<Column> = fc.letrec<{ column: Column; leaf: Column; nested: Column; any: Column }>(
  (tie) => ({
    column: fc.tuple(tie("any"), fc.boolean()).map(([{ type, value }, nullable]) => ({
      type,
      nullable,
      value: nullable ? fc.option(value, { freq: 3 }) : value,
    })),
    any: fc.oneof({ maxDepth: 3, depthSize: "small" }, tie("leaf"), tie("nested")),
    leaf: fc
      .constantFrom<[DataType, fc.Arbitrary<unknown>]>(
        [new Int32(), fc.integer({ min: -3, max: 3 })],
        [new Int64(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
        [new Utf8(), fc.string({ unit: "grapheme", maxLength: 5 })],
        [new Bool(), fc.boolean()],
        [new Float64(), fc.double({ noNaN: true })],
      )
      .map(([type, value]) => ({ type, value, nullable: false })),
    nested: fc.oneof(
      tie("column").map((element) => ({
        type: new List(field("element", element)) as DataType,
        value: fc.array(element.value, { maxLength: 4 }) as fc.Arbitrary<unknown>,
        nullable: false,
      })),
      tie("column").map((value) => ({
        type: mapType(value),
        value: fc.array(fc.tuple(fc.string({ maxLength: 3 }), value.value), { maxLength: 3 }),
        nullable: false,
      })),
      fc.array(tie("column"), { minLength: 1, maxLength: 3 }).map((members) => ({
        type: new Struct(members.map((member, i) => field(`m${i}`, member))) as DataType,
        value: fc.record(Object.fromEntries(members.map((member, i) => [`m${i}`, member.value]))),
        nullable: false,
      })),
    ),
  }),
).column;

function mapType(value: Column): DataType {
  const entries = new Struct([new Field("key", new Utf8(), false), field("value", value)] as never);
  return new Map_(new Field("entries", entries, false)) as unknown as DataType;
}

const rows = fc.array(column, { minLength: 1, maxLength: 3 }).chain((columns) => {
  const fields = columns.map((column, i) => field(`c${i}`, column));
  const row = fc.record(Object.fromEntries(columns.map((column, i) => [`c${i}`, column.value])));
  return fc.record({ schema: fc.constant(new Schema(fields)), rows: fc.array(row, { minLength: 1, maxLength: 60 }) });
});

const { Compression, WriterVersion } = parquetWasm;
const layout = fc.record({
  compression: fc.constantFrom(Compression.UNCOMPRESSED, Compression.SNAPPY, Compression.ZSTD, Compression.LZ4_RAW),
  version: fc.constantFrom(WriterVersion.V1, WriterVersion.V2),
  dictionary: fc.boolean(),
  pageSize: fc.constantFrom(20, 100, 10_000),
  groupRows: fc.constantFrom(7, 1000),
  batchRows: fc.constantFrom(1, 5, 13, 1000),
});

interface Layout {
  readonly compression: parquetWasm.Compression;
  readonly version: parquetWasm.WriterVersion;
  readonly dictionary: boolean;
  /** Most bytes of a page. */
  readonly pageSize: number;
  /** Most rows of a row group. */
  readonly groupRows: number;
}

function batchOf(schema: Schema, values: readonly object[]): RecordBatch {
  const builder = makeColumnBuilder(new Field("row", new Struct(schema.fields), false));
  for (const value of values) builder.append(value);
  return new RecordBatch(schema, builder.finish() as never);
}

/** Written by arrow-rs, in WebAssembly: nothing of ours. */
function writeParquet(
  batch: RecordBatch,
  { compression, version, dictionary, pageSize, groupRows }: Layout,
): Uint8Array {
  const properties = new parquetWasm.WriterPropertiesBuilder()
    .setCompression(compression)
    .setWriterVersion(version)
    .setDictionaryEnabled(dictionary)
    .setDataPageSizeLimit(pageSize)
    .setWriteBatchSize(4)
    .setMaxRowGroupSize(groupRows)
    .build();
  const table = parquetWasm.Table.fromIPCStream(tableToIPC(new Table([batch]), "stream"));
  return parquetWasm.writeParquet(table, properties).slice();
}

describe("the decoder in plain JavaScript", () => {
  it("reads what another implementation wrote of any nesting, however it is laid out", async () => {
    await fc.assert(
      fc.asyncProperty(rows, layout, async ({ schema, rows }, layout) => {
        const batch = batchOf(schema, rows);
        const { file } = await openBytes(writeParquet(batch, layout));
        const read = await readRows(file, { batchRows: layout.batchRows });
        expect(read.schema!.fields.map(({ type }) => typeText(type))).toEqual(
          schema.fields.map(({ type }) => typeText(type)),
        );
        expect(plainColumns(read.batches)).toEqual(plainColumns([batch]));
      }),
      { seed: 1, numRuns: cases(100) },
    );
  });
});

describe("decoding on the event loop's own thread", () => {
  it("gives others their turn every few milliseconds, within large pages too", async () => {
    const schema = new Schema([
      new Field("id", new Int64(), false),
      new Field("name", new Utf8(), true),
      new Field("tags", new List(new Field("element", new Int32(), true)), true),
    ]);
    const values = Array.from({ length: 200_000 }, (_, i) => ({
      id: BigInt(i),
      name: i % 10 === 0 ? null : `name of ${i}`,
      tags: i % 7 === 0 ? null : [i, i % 3],
    }));
    const bytes = writeParquet(batchOf(schema, values), {
      ...{ compression: Compression.SNAPPY, version: WriterVersion.V1, dictionary: false },
      ...{ pageSize: 1024 * 1024, groupRows: 1_000_000 },
    });
    const { file } = await openBytes(bytes);
    await readRows(file); // Machine code comes first.
    const stretches: number[] = [];
    let reading = true;
    let last = process.cpuUsage();
    const watch = () => {
      // Processor time rather than the clock's: other processes are not our delay.
      const { user, system } = process.cpuUsage(last);
      stretches.push((user + system) / 1000);
      last = process.cpuUsage();
      if (reading) setImmediate(watch);
    };
    setImmediate(watch);
    for (let i = 0; i < 5; i++) expect((await readRows(file)).rows).toBe(values.length);
    reading = false;
    stretches.sort((a, b) => a - b);
    expect(stretches.length).toBeGreaterThan(10);
    // The usual stretch, 4 ms: the garbage collector's and the compiler's time is in some of them.
    expect(stretches[Math.floor(stretches.length / 2)]).toBeLessThan(20);
  });
});
