import {
  Binary,
  type Data,
  Field,
  FixedSizeBinary,
  Int64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  TimestampMicrosecond,
  vectorFromArray,
} from "apache-arrow";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readTask } from "../src/read/read-task.js";
import { variantToJson } from "../src/variant/variant-to-json.js";
import { type ArrowFile, arrowEngine } from "./support/arrow-files.js";
import { failureOf, field, schemaOf, taskOf } from "./support/scan-tasks.js";
import {
  encodeMetadata,
  encodeValue,
  jsonOf,
  namesIn,
  type Shredding,
  shred,
  structOf,
  type Value,
} from "./support/shred.js";

const task = taskOf(schemaOf(field("v", "variant")));
const NULL = null;

/** A file with a column `v` of these members, shredded or not; its rows are null where `valid` says so. */
function fileOf(members: Readonly<Record<string, Data>>, length: number, valid?: readonly boolean[]): ArrowFile {
  const column = structOf(members, length, valid);
  const fields = [new Field("v", column.type, true)];
  const rows = makeData({ type: new Struct(fields), length, nullCount: 0, children: [column] });
  return { batches: [new RecordBatch(new Schema(fields), rows)] };
}
function shreddedFile(values: readonly Value[], shredding: Shredding): ArrowFile {
  const names = namesIn(values);
  const group = shred(values, shredding, names);
  const metadata = binaries(values.map(() => encodeMetadata(names)));
  const members = Object.fromEntries(
    group.type.children.map(({ name }: Field, at: number) => [name, group.children[at]!]),
  );
  return fileOf({ ...members, metadata }, values.length);
}
const binaries = (values: readonly (Uint8Array | null)[]): Data => vectorFromArray(values, new Binary()).data[0]!;

async function readVariants(file: ArrowFile): Promise<{ json: string | null; data: Data }[]> {
  const { engine } = arrowEngine({ [task.url]: file });
  const rows: { json: string | null; data: Data }[] = [];
  for await (const batch of readTask(engine, task)) {
    const data = batch.data.children[0]!;
    const [metadata, value] = data.children as [Data, Data];
    for (let row = 0; row < batch.numRows; row++) {
      const json = data.getValid(row) ? variantToJson(bytesOf(metadata, row), bytesOf(value, row)) : null;
      rows.push({ json, data });
    }
  }
  return rows;
}
const bytesOf = ({ values, valueOffsets }: Data, row: number): Uint8Array =>
  values.subarray(valueOffsets[row], valueOffsets[row + 1]);
const jsonsOf = async (file: ArrowFile): Promise<(string | null)[]> =>
  (await readVariants(file)).map(({ json }) => json);

describe("without shredding", () => {
  const values: Value[] = [{ a: 1n, b: ["x", NULL] }, "text"];
  const names = namesIn(values);
  const value = binaries([...values.map((v) => encodeValue(v, names)), null]);
  const metadata = binaries([encodeMetadata(names), encodeMetadata(names), null]);

  test("the two binaries are given out by name, sharing the file's memory", async () => {
    const rows = await readVariants(fileOf({ value, metadata }, 3, [true, true, false]));
    expect(rows.map(({ json }) => json)).toEqual(['{"a":1,"b":["x",null]}', '"text"', null]);
    const { data } = rows[0]!;
    expect(data.type.children.map(({ name }: Field) => name)).toEqual(["metadata", "value"]);
    expect(data.children[0]!.values).toBe(metadata.values);
    expect(data.children[1]!.values).toBe(value.values);
  });

  test("a value that is missing where a variant is, is the variant null", async () => {
    const file = fileOf(
      { metadata: binaries([encodeMetadata([]), encodeMetadata([])]), value: binaries([null, Uint8Array.of(0x0c, 5)]) },
      2,
    );
    expect(await jsonsOf(file)).toEqual(["null", "5"]);
  });

  test("a group without the parts of a variant is a TYPE_MISMATCH", async () => {
    expect(await failureOf(readVariants(fileOf({ value }, 3)))).toMatchObject({ code: "TYPE_MISMATCH", column: "v" });
    expect((await failureOf(readVariants(fileOf({ metadata }, 3)))).code).toBe("TYPE_MISMATCH");
    const longs = vectorFromArray([1n], new Int64()).data[0]!;
    expect((await failureOf(readVariants(fileOf({ metadata, value: longs }, 1)))).code).toBe("TYPE_MISMATCH");
  });
});

describe("shredded", () => {
  const events: Value[] = [
    { event_type: "noop", event_ts: 1729794114937n },
    { event_type: "login", event_ts: 1729794146402n, email: "user@example.com" },
    { error_msg: "malformed: ..." },
    "malformed: not an object",
    { event_ts: 1729794240241n, click: "_button" },
    { event_type: NULL, event_ts: 1729794954163n },
    { event_type: "noop", event_ts: "2024-10-24" },
    {},
    NULL,
    { event_type: { nested: [1n] }, zz: true, a: 1.5 },
  ];
  test.each<[string, Shredding]>([
    ["not at all", "none"],
    ["by field", { object: { event_type: "string", event_ts: "long" } }],
    ["by a field without a type", { object: { event_type: "none" } }],
    ["as something that no row is", "boolean"],
    ["as a list that no row is", { list: { object: { event_type: "string" } } }],
    ["at several levels", { object: { event_type: { object: { nested: { list: "long" } } }, event_ts: "string" } }],
  ])("%s, events are put together again", async (_, shredding) => {
    expect(await jsonsOf(shreddedFile(events, shredding))).toEqual(events.map(jsonOf));
  });

  test("lists keep their nulls and their empty ones", async () => {
    const tags: Value[] = [["comedy", "drama"], ["horror", NULL], [], NULL, ["x", 1n, ["y"]], "tag"];
    expect(await jsonsOf(shreddedFile(tags, { list: "string" }))).toEqual(tags.map(jsonOf));
    expect(await jsonsOf(shreddedFile(tags, { list: "none" }))).toEqual(tags.map(jsonOf));
  });

  test("objects of hundreds of fields and long texts keep their order and their offsets", async () => {
    const wide = (seed: number): Value =>
      Object.fromEntries(
        Array.from({ length: 400 }, (_, at) => [`f${(at * 7919 + seed) % 1000}`, "x".repeat((at * 31) % 300)]),
      );
    const values = [wide(0), wide(1), { f1: "only" }];
    const typed: Shredding = {
      object: Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`f${3 * at}`, "string" as const])),
    };
    expect(await jsonsOf(shreddedFile(values, typed))).toEqual(values.map(jsonOf));
  });

  test("names are ordered by their bytes, which is not JavaScript's order", async () => {
    const values: Value[] = [{ "\u{1f600}": 1n, "\uff5e": 2n, z: 3n, "": 4n }];
    const [json] = await jsonsOf(shreddedFile(values, { object: { "\uff5e": "long", z: "none" } }));
    expect(json).toBe('{"":4,"z":3,"\uff5e":2,"\u{1f600}":1}');
  });

  const name = fc.constantFrom("a", "b", "c", "é", "\u{1f600}", "long name with spaces");
  const { value, shredding } = fc.letrec<{ value: Value; shredding: Shredding }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constant(NULL),
      fc.boolean(),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.integer({ min: -300, max: 300 }).map(BigInt),
      fc.double(),
      fc.string({ unit: "grapheme", maxLength: 80 }),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(name, tie("value"), { maxKeys: 5, noNullPrototype: true }),
    ),
    shredding: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<Shredding>("none", "long", "double", "string", "boolean"),
      fc.record({ list: tie("shredding") }),
      fc.record({ object: fc.dictionary(name, tie("shredding"), { minKeys: 1, maxKeys: 4, noNullPrototype: true }) }),
    ),
  }));

  test("any values, shredded in any way, are put together again", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 12 }), shredding, async (values, how) => {
        expect(await jsonsOf(shreddedFile(values, how))).toEqual(values.map(jsonOf));
      }),
      { seed: 5, numRuns: 150 },
    );
  });
});

describe("contradictions are FILE_CORRUPT with column and file", () => {
  const metadata = binaries([encodeMetadata(["a", "b"])]);
  const text = (...bytes: number[]): Data => binaries([Uint8Array.from(bytes)]);
  const long = vectorFromArray([5n], new Int64()).data[0]!;
  const object = structOf({ a: structOf({ typed_value: long }, 1) }, 1, [true]);

  test.each<[string, Record<string, Data>]>([
    ["typed and untyped at once", { metadata, value: text(0x0c, 1), typed_value: long }],
    ["shredded fields beside something that is no object", { metadata, value: text(0x0c, 1), typed_value: object }],
    ["a field whose name the metadata lacks", { metadata: binaries([encodeMetadata(["b"])]), typed_value: object }],
    ["no metadata", { metadata: binaries([null]), typed_value: object }],
    ["metadata of another version", { metadata: text(2, 0, 0), typed_value: long }],
    [
      "a value that is cut short",
      { metadata, value: text(0x14, 1), typed_value: vectorFromArray([null], new Int64()).data[0]! },
    ],
    [
      "an object whose members overlap",
      { metadata, value: text(0x02, 2, 0, 1, 0, 0, 61, 60 * 4 + 1, ...new Uint8Array(60)), typed_value: object },
    ],
    ["an object that is cut short", { metadata, value: text(0x02, 2, 0), typed_value: object }],
  ])("%s", async (_, members) => {
    const error = await failureOf(readVariants(fileOf(members, 1)));
    expect(error).toMatchObject({ code: "FILE_CORRUPT", column: "v", path: "part.parquet" });
  });

  test("a field that is both typed and in the rest counts as typed, also where it is missing", async () => {
    const rest = encodeValue({ a: 1n, b: 2n }, ["a", "b"]);
    const file = fileOf({ metadata, value: binaries([rest]), typed_value: object }, 1);
    expect(await jsonsOf(file)).toEqual(['{"a":5,"b":2}']);
    const missing = structOf({ a: structOf({ typed_value: vectorFromArray([null], new Int64()).data[0]! }, 1) }, 1, [
      true,
    ]);
    expect(await jsonsOf(fileOf({ metadata, value: binaries([rest]), typed_value: missing }, 1))).toEqual(['{"b":2}']);
  });

  test("a typed value of a type that is not known is a TYPE_MISMATCH", async () => {
    const typed_value = makeData({ type: new FixedSizeBinary(16), length: 1, data: new Uint8Array(16) }) as Data;
    expect((await failureOf(readVariants(fileOf({ metadata, typed_value }, 1)))).code).toBe("TYPE_MISMATCH");
  });
});

test("nulls of a shredded column stay null", async () => {
  const longs = vectorFromArray([1n, 2n, 3n], new Int64()).data[0]!;
  const metadata = binaries([encodeMetadata([]), null, encodeMetadata([])]);
  expect(await jsonsOf(fileOf({ metadata, typed_value: longs }, 3, [true, false, true]))).toEqual(["1", null, "3"]);
});

test("timestamps know their zone", async () => {
  const metadata = binaries([encodeMetadata([])]);
  const zoned = makeData({ type: new TimestampMicrosecond("UTC"), length: 1, data: BigInt64Array.of(-1n) }) as Data;
  const local = makeData({
    type: new TimestampMicrosecond(),
    length: 1,
    data: BigInt64Array.of(253402300799999999n),
  }) as Data;
  expect(await jsonsOf(fileOf({ metadata, typed_value: zoned }, 1))).toEqual(['"1969-12-31 23:59:59.999999+00:00"']);
  expect(await jsonsOf(fileOf({ metadata, typed_value: local }, 1))).toEqual(['"9999-12-31 23:59:59.999999"']);
});
