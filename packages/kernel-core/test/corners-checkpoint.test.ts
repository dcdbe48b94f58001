import { type AddFile, liveFiles, loadSnapshot, planScan, type ScanTask } from "@asyncdelta/kernel-core";
import {
  Binary,
  Bool,
  type Data,
  type DataType,
  DateDay,
  Decimal,
  Field,
  Float64,
  Int32,
  Int64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  TimestampMicrosecond,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import { Table as WasmTable, writeParquet } from "parquet-wasm";
import { describe, expect, test } from "vitest";
import { parsePartitionValue } from "../src/read/partition-value.js";
import { parseTypeName } from "../src/schema/parse-type-name.js";
import { type Action, LogTable, metadata, padded, protocol, ROOT } from "./support/log-table.js";
import { structOf } from "./support/shred.js";

const longs = (...values: bigint[]): Data => flat(new Int64(), BigInt64Array.from(values));
const integers = (...values: number[]): Data => flat(new Int32(), Int32Array.from(values));
const doubles = (...values: number[]): Data => flat(new Float64(), Float64Array.from(values));
const days = (...values: number[]): Data => flat(new DateDay(), Int32Array.from(values));
const times = (zone: string | null, ...micros: bigint[]): Data =>
  flat(new TimestampMicrosecond(zone), BigInt64Array.from(micros));
const texts = (...values: (string | null)[]): Data => vectorFromArray(values, new Utf8()).data[0]!;
const flags = (...values: boolean[]): Data => vectorFromArray(values, new Bool()).data[0]!;
const bytes = (...values: Uint8Array[]): Data => vectorFromArray(values, new Binary()).data[0]!;

function flat(type: DataType, data: BigInt64Array | Int32Array | Float64Array): Data {
  return makeData({ type, length: data.length, nullCount: 0, data } as never);
}

function decimals(scale: number, ...unscaled: bigint[]): Data {
  const data = new Uint32Array(4 * unscaled.length);
  unscaled.forEach((value, row) => {
    for (let word = 0; word < 4; word++) data[4 * row + word] = Number(BigInt.asUintN(32, value >> BigInt(32 * word)));
  });
  return makeData({ type: new Decimal(scale, 38), length: unscaled.length, nullCount: 0, data });
}

/** A table whose checkpoint of version 2 has these columns of `add`, beside what every file has. */
async function tableOf(
  columns: Readonly<Record<string, Data>>,
  more: { first?: readonly Action[]; beside?: Readonly<Record<string, Data>> } = {},
): Promise<LogTable> {
  const table = new LogTable();
  const { first = [protocol(), metadata()], beside = {} } = more;
  await table.parquet(`${padded(2)}.checkpoint.0000000001.0000000002.parquet`, first);
  const add = structOf(columns, Object.values(columns)[0]!.length);
  const all = { ...beside, add };
  const schema = new Schema(Object.entries(all).map(([name, { type }]) => new Field(name, type, true)));
  const type = new Struct(schema.fields);
  const data = makeData({ type, length: add.length, nullCount: 0, children: Object.values(all) });
  const batch = new RecordBatch(schema, data);
  const parquet = writeParquet(WasmTable.fromIPCStream(tableToIPC(new Table(batch), "stream")));
  table.put(`${padded(2)}.checkpoint.0000000002.0000000002.parquet`, parquet);
  return table;
}

async function filesOf(table: LogTable, stats = true): Promise<AddFile[]> {
  const files: AddFile[] = [];
  for await (const batch of liveFiles(table.engine, await loadSnapshot(table.engine, ROOT), { stats })) {
    files.push(...batch);
  }
  return files;
}

describe("statistics of a checkpoint", () => {
  const one = { path: texts("a"), size: longs(10n) };

  test("that are parsed only are given as the text they stand for, with every digit", async () => {
    const values = (sign: bigint) =>
      structOf(
        {
          long: longs(sign * 9007199254740993n),
          decimal: decimals(18, sign * 12345678901234567890123456789012345678n),
          double: doubles(Number(sign) * 0.1),
          wide: doubles(sign > 0n ? Number.POSITIVE_INFINITY : Number.NaN),
          text: texts('"é\u{1f680}\\'),
          day: days(-141432),
          time: times("UTC", 1631099471000001n),
          local: times(null, -1n),
          whole: times("UTC", 1000n),
          flag: flags(sign > 0n),
          inner: structOf({ "a.b": integers(7), none: texts(null) }, 1),
        },
        1,
      );
    const parsed = structOf(
      {
        numRecords: longs(9223372036854775807n),
        minValues: values(-1n),
        maxValues: values(1n),
        nullCount: structOf({ long: longs(0n), inner: structOf({ "a.b": longs(3n) }, 1) }, 1),
        tightBounds: flags(false),
      },
      1,
    );
    const [file] = await filesOf(await tableOf({ ...one, stats_parsed: parsed }));
    const bounds = (sign: string, wide: string, flag: boolean) =>
      `{"long":${sign}9007199254740993,"decimal":${sign}12345678901234567890.123456789012345678,"double":${sign}0.1,` +
      `"wide":"${wide}","text":"\\"é\u{1f680}\\\\","day":"1582-10-10","time":"2021-09-08T11:11:11.000001Z",` +
      `"local":"1969-12-31T23:59:59.999999","whole":"1970-01-01T00:00:00.001Z","flag":${flag},"inner":{"a.b":7}}`;
    expect(file!.stats).toBe(
      `{"numRecords":9223372036854775807,"minValues":${bounds("-", "NaN", false)},` +
        `"maxValues":${bounds("", "Infinity", true)},"nullCount":{"long":0,"inner":{"a.b":3}},"tightBounds":false}`,
    );
  });

  test("are the text where a file has it, and the parsed ones where it has not", async () => {
    const stats = ['{"numRecords":1 }', null, null];
    const parsed = structOf({ numRecords: longs(7n, 8n, 0n) }, 3, [true, true, false]);
    const table = await tableOf({
      path: texts("a", "b", "c"),
      size: longs(1n, 1n, 1n),
      stats: texts(...stats),
      stats_parsed: parsed,
    });
    expect((await filesOf(table)).map((file) => file.stats)).toEqual([
      '{"numRecords":1 }',
      '{"numRecords":8}',
      undefined,
    ]);
    expect((await filesOf(table, false)).map((file) => file.stats)).toEqual([undefined, undefined, undefined]);
    const counts: (number | undefined)[] = [];
    const snapshot = await loadSnapshot(table.engine, ROOT);
    for await (const tasks of planScan(table.engine, snapshot, { stats: true })) {
      counts.push(...tasks.map(({ numRecords }: ScanTask) => numRecords));
    }
    expect(counts).toEqual([1, 8, undefined]);
  });

  test("with text only are given as they are, be they no JSON", async () => {
    const [file] = await filesOf(
      await tableOf({ ...one, stats: texts('{"numRecords":12345678901234567890, nonsense') }),
    );
    expect(file!.stats).toBe('{"numRecords":12345678901234567890, nonsense');
  });
});

describe("partition values of a checkpoint", () => {
  test.each<[string, Data, string]>([
    ["boolean", flags(true), "true"],
    ["integer", integers(-7), "-7"],
    ["long", longs(9007199254740993n), "9007199254740993"],
    ["double", doubles(-0.25), "-0.25"],
    ["decimal(38,2)", decimals(2, -150n), "-1.50"],
    ["string", texts("a/é "), "a/é "],
    ["binary", bytes(new Uint8Array([1, 0xc3, 0xa9])), "\u0001é"],
    ["date", days(18878), "2021-09-08"],
    ["timestamp", times("UTC", 1631099471000001n), "2021-09-08T11:11:11.000001Z"],
    ["timestamp_ntz", times(null, 1631099471000000n), "2021-09-08 11:11:11.000000"],
  ])("of type %s that are parsed only are given as text that is read back", async (type, data, text) => {
    const column = parseTypeName(type, []);
    const parsed = structOf({ p: data }, 1);
    const [file] = await filesOf(await tableOf({ path: texts("a"), size: longs(1n), partitionValues_parsed: parsed }));
    expect(file!.partitionValues).toEqual({ p: text });
    const value = parsePartitionValue(text, column, "p");
    expect(value).toEqual(parsePartitionValue(file!.partitionValues.p, column, "p"));
    expect(value).not.toBeNull();
  });

  test("that are parsed and null are null", async () => {
    const parsed = structOf({ p: texts(null) }, 1);
    const [file] = await filesOf(await tableOf({ path: texts("a"), size: longs(1n), partitionValues_parsed: parsed }));
    expect(file!.partitionValues.p ?? null).toBeNull();
  });
});

describe("columns of a checkpoint", () => {
  test("may be missing, in another order, or unknown", async () => {
    const table = await tableOf(
      {
        future: structOf({ x: integers(1) }, 1),
        dataChange: flags(false),
        baseRowId: longs(9007199254740993n),
        size: longs(10n),
        path: texts("a"),
      },
      { beside: { later: texts("x"), 9: integers(1) } },
    );
    expect(await filesOf(table)).toEqual([
      {
        path: "a",
        size: 10,
        partitionValues: {},
        modificationTime: 0,
        dataChange: false,
        baseRowId: 9007199254740993n,
      },
    ]);
  });

  test("must have path and size: a file without one is an error, not left out", async () => {
    const odd: Record<string, Data>[] = [
      { size: longs(1n) },
      { path: texts("a") },
      { path: texts(null), size: longs(1n) },
      { path: texts("a", null), size: longs(1n, 1n) },
    ];
    for (const columns of odd) {
      const code = expect.stringMatching(/^(CHECKPOINT|LOG)_CORRUPT$/);
      await expect(tableOf(columns).then((table) => filesOf(table))).rejects.toThrow(expect.objectContaining({ code }));
    }
  });
});
