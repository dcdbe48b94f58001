import { nodeEngine } from "@asyncdelta/engine-node";
import type { ReadBatchesOptions } from "@asyncdelta/kernel-core";
import { memoryStorage, recordingStorage } from "@asyncdelta/kernel-core/testing";
import {
  Bool,
  type DataType,
  Field,
  Float64,
  Int8,
  Int32,
  Int64,
  List,
  Map_,
  type RecordBatch,
  Schema,
  Struct,
  Table,
  tableFromIPC,
  tableToIPC,
  Utf8,
} from "apache-arrow";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { jsonHandler } from "../dist/json/json-handler.js";
import { linesInstance } from "../dist/json/wasm/lines-instance.js";
import { workerPool } from "../dist/pool/worker-pool.js";
import { plainRows } from "./json-plain.js";

const url = "memory:///t/_delta_log/00000000000000000000.json";
const field = (name: string, type: DataType, nullable = true) => new Field(name, type, nullable);
const map = (value: DataType) =>
  new Map_(field("entries", new Struct([field("key", new Utf8(), false), field("value", value)]), false) as never);

const schema = new Schema([
  field("text", new Utf8()),
  field("int", new Int32()),
  field("long", new Int64()),
  field("double", new Float64()),
  field("flag", new Bool()),
  field("map", map(new Utf8())),
  field("list", new List(field("element", new Int64()))),
  field("struct", new Struct([field("a", new Utf8()), field("b", new Struct([field("c", new Bool())]))])),
  field("structs", new List(field("element", new Struct([field("x", new Int32()), field("y", map(new Int64()))])))),
]);

type Options = Partial<ReadBatchesOptions>;

const memory = memoryStorage();
const engine = nodeEngine({ storage: memory });

async function batchesOf(text: string | Uint8Array, options: Options = {}): Promise<RecordBatch[]> {
  memory.set(url, text);
  const { json } = engine;
  const batches: RecordBatch[] = [];
  for await (const batch of json.readBatches(url, { schema, ...options })) batches.push(batch);
  return batches;
}

async function read(text: string | Uint8Array, options: Options = {}): Promise<unknown[]> {
  return (await batchesOf(text, options)).flatMap(plainRows);
}

const failure = (text: string | Uint8Array, options?: Options) =>
  read(text, options).then(
    (rows) => expect.fail(`was accepted as ${rows.length} rows`),
    (error) => error,
  );

describe("values", () => {
  const one = async (text: string) => (await read(text))[0] as Record<string, unknown>;

  test("of every type", async () => {
    const text = `{"text":"a","int":-5,"long":12,"double":1.5e3,"flag":true,"map":{"k":"v","n":null},"list":[1,null,3],
      "struct":{"a":"x","b":{"c":false}},"structs":[{"x":1,"y":{"z":7}},null,{}]}`;
    expect(await one(text.replace(/\n/g, ""))).toEqual({
      text: "a",
      int: -5,
      long: 12n,
      double: 1500,
      flag: true,
      map: { k: "v", n: null },
      list: [1n, null, 3n],
      struct: { a: "x", b: { c: false } },
      structs: [{ x: 1, y: { z: 7n } }, null, { x: null, y: null }],
    });
  });

  test("absent, null and empty ones", async () => {
    const nulls = Object.fromEntries(schema.fields.map(({ name }) => [name, null]));
    expect(await one("{}")).toEqual(nulls);
    expect(await one(JSON.stringify(nulls))).toEqual(nulls);
    expect(await one('{"text":"","map":{},"list":[],"struct":{},"structs":[]}')).toEqual({
      ...nulls,
      text: "",
      map: {},
      list: [],
      struct: { a: null, b: null },
      structs: [],
    });
  });

  test("long integers to the last digit, and whole numbers in any form", async () => {
    for (const [text, value] of [
      ["9223372036854775807", 9223372036854775807n],
      ["-9223372036854775808", -9223372036854775808n],
      ["9007199254740993", 9007199254740993n],
      ["-9007199254740993", -9007199254740993n],
      ["999999999999999", 999999999999999n],
      ["-999999999999999", -999999999999999n],
      ["-4294967296", -4294967296n],
      ["-1", -1n],
      ["-0", 0n],
      ["1.0", 1n],
      ["1e3", 1000n],
      ["-2.5E1", -25n],
    ] as const) {
      expect((await one(`{"long":${text}}`)).long, text).toBe(value);
    }
  });

  test.each(["9223372036854775808", "-9223372036854775809", "1.5", "1e30", "9007199254740993.0", '"1"', "true", "[]"])(
    "a long does not take %s",
    async (text) => {
      expect(await failure(`{"long":${text}}`)).toMatchObject({
        code: "LOG_CORRUPT",
        message: `${url}, line 1: "long" must be a 64-bit integer.`,
      });
    },
  );

  test.each(["2147483648", "-2147483649", "0.5", '"1"', "{}"])("an int does not take %s", async (text) => {
    expect((await failure(`{"int":${text}}`)).message).toContain('"int" must be a 32-bit integer');
  });

  test.each([
    ['{"text":1}', '"text" must be text'],
    ['{"flag":1}', '"flag" must be true or false'],
    ['{"flag":"true"}', '"flag" must be true or false'],
    ['{"double":"NaN"}', '"double" must be a number'],
    ['{"map":[]}', '"map" must be an object'],
    ['{"map":{"a":1}}', '"map.value" must be text'],
    ['{"list":{}}', '"list" must be an array'],
    ['{"struct":"a"}', '"struct" must be an object'],
    ['{"struct":{"b":{"c":0}}}', '"struct.b.c" must be true or false'],
    ['{"structs":[{"y":{"k":"1"}}]}', '"structs.element.y.value" must be a 64-bit integer'],
  ])("a value of another type: %s", async (text, message) => {
    expect((await failure(text)).message).toContain(message);
  });

  test("escapes, and what stands behind the basic plane", async () => {
    const texts = [
      '\\"\\\\\\/\\b\\f\\n\\r\\t',
      "\\u0041\\u00e9\\u20ac\\uFFFD",
      "\\ud83d\\ude80 \u{1F680}",
      "\\u0000é日本",
    ];
    for (const text of texts) expect((await one(`{"text":"${text}"}`)).text).toBe(JSON.parse(`"${text}"`));
  });

  test("half a surrogate pair becomes U+FFFD, as in every UTF-8", async () => {
    expect((await one('{"text":"a\\ud800b\\udc00\\ud800\\u0041\\ud800\\ud83d\\ude80"}')).text).toBe(
      "a\ufffdb\ufffd\ufffdA\ufffd\u{1F680}",
    );
  });

  test("keys with escapes are the same keys", async () => {
    expect((await one('{"te\\u0078t":"a","\\u006cong":1,"m\\u0061p":{"\\u006b":"v"}}')).text).toBe("a");
    const odd = new Schema([field('a"b', new Int32()), field("tab\t", new Int32()), field("ü", new Int32())]);
    expect(await read('{"a\\"b":1,"tab\\t":2,"\\u00fc":3}\n{"a\\u0022b":4,"ü":5}', { schema: odd })).toEqual([
      { 'a"b': 1, "tab\t": 2, ü: 3 },
      { 'a"b': 4, "tab\t": null, ü: 5 },
    ]);
  });

  test("a key that has a column may not stand twice", async () => {
    expect((await failure('{}\n{"text":"a","int":1,"text":"b"}')).message).toContain('line 2: "text" stands twice.');
    expect((await failure('{"struct":{"a":"x","a":"x"}}')).message).toContain('"struct.a" stands twice.');
    expect(await read('{"other":1,"other":2,"int":3}')).toMatchObject([{ int: 3 }]);
  });

  test("a column that must not be null, is not", async () => {
    const strict = new Schema([
      field("id", new Int32(), false),
      field("list", new List(field("element", new Int32(), false))),
    ]);
    expect(await read('{"id":1,"list":[2]}', { schema: strict })).toEqual([{ id: 1, list: [2] }]);
    expect((await failure('{"id":null}', { schema: strict })).message).toContain('"id" is missing.');
    expect((await failure('{"list":[]}', { schema: strict })).message).toContain('"id" is missing.');
    expect((await failure('{"id":1,"list":[null]}', { schema: strict })).message).toContain("missing");
  });
});

describe("lines", () => {
  test("a line whose only key has no column is no row, every other line is one", async () => {
    const text = '{"int":1}\n{"remove":{"text":"a"}}\n{"x":1,"y":2}\n{}\n\n{"x":{"y":[]},"int":2}\n';
    expect((await read(text)).map((row) => (row as { int: unknown }).int)).toEqual([1, null, null, 2]);
  });

  test.each([
    ["torn", '{"int":1', "the line ends in the midst of a value"],
    ["torn in a string", '{"text":"abc', "the line ends"],
    ["torn behind a backslash", '{"text":"abc\\', "not JSON"],
    ["torn in an escape", '{"text":"abc\\u00', "not JSON"],
    ["an array", "[1]", "not an object"],
    ["a number", "1", "not an object"],
    ["two objects", '{"int":1}{"int":2}', "not JSON at byte 10"],
    ["garbage in what nobody wants", '{"add":{"stats":nul}}', "not JSON"],
    ["a raw tab in what nobody wants", '{"add":{"stats":"\t"}}', "not JSON"],
    ["a bad escape in what nobody wants", '{"add":{"stats":"\\x"}}', "not JSON"],
    ["a bad number in what nobody wants", '{"add":{"stats":01}}', "not JSON"],
    ["NaN", '{"double":NaN}', "must be a number"],
    ["a missing colon", '{"int" 1}', "not JSON"],
    ["a comma too many", '{"int":1,}', "not JSON"],
  ])("%s fails with its line number", async (_what, line, reason) => {
    const error = await failure(`{"int":1}\r\n\n${line}\n{"int":2}`);
    expect(error).toMatchObject({ code: "LOG_CORRUPT", path: url });
    expect(error.message).toContain(`${url}, line 3: `);
    expect(error.message).toContain(reason);
  });

  test("no UTF-8", async () => {
    const bytes = new TextEncoder().encode('{"int":1}\n{"text":"?"}\n');
    bytes[bytes.indexOf(0x3f)] = 0xff;
    expect((await failure(bytes)).message).toBe(`${url}, line 2: not UTF-8.`);
  });

  test("nesting without end is an error, not a crash", async () => {
    expect((await failure(`{"x":${"[".repeat(200_000)}`)).message).toContain("nested more than 1000 deep");
    expect(await read(`{"x":${"[".repeat(900)}${"]".repeat(900)},"int":1}`)).toHaveLength(1);
    expect(await read(`{"x":${"[".repeat(900)}${"]".repeat(900)},"int":1}\n`.repeat(3))).toHaveLength(3);
  });

  test("a byte order mark is dropped at the start of the file, and only there", async () => {
    expect(await read('\ufeff{"int":1}\n')).toHaveLength(1);
    expect(await failure('{"int":1}\n\ufeff{"int":1}\n')).toMatchObject({ code: "LOG_CORRUPT" });
    const range = { offset: 4, length: 16 };
    expect(await failure('xxx\n\ufeff{"int":1}\n   ', { range })).toMatchObject({ code: "LOG_CORRUPT" });
  });
});

/** What a key of the schema may hold, as JSON text, with what it is in Arrow. */
const value: Record<string, fc.Arbitrary<unknown>> = {
  text: fc.string({ unit: "grapheme" }),
  int: fc.integer(),
  long: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  double: fc.double({ noNaN: true, noDefaultInfinity: true }),
  flag: fc.boolean(),
  map: fc.dictionary(fc.string(), fc.option(fc.string())),
  list: fc.array(fc.option(fc.maxSafeInteger().map(BigInt))),
  struct: fc.record({ a: fc.option(fc.string()), b: fc.option(fc.record({ c: fc.option(fc.boolean()) })) }),
  other: fc.jsonValue({ maxDepth: 3 }),
};

function toJson(value: unknown, blank: string): string {
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return `[${value.map((item) => blank + toJson(item, blank)).join(`${blank},`)}${blank}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(
      ([key, item]) => `${JSON.stringify(key)}${blank}:${blank}${toJson(item, blank)}`,
    );
    return `{${blank}${members.join(`${blank},${blank}`)}}`;
  }
  return JSON.stringify(value);
}

const rowsArbitrary = fc.array(
  fc.record({ zero: fc.constant(0), ...value } as Record<string, fc.Arbitrary<unknown>>, { requiredKeys: ["zero"] }),
  { maxLength: 30 },
);

function expected(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    schema.fields.map(({ name }) => {
      const given = row[name] ?? null;
      return [name, Object.is(given, -0) ? 0 : given];
    }),
  );
}

test("any rows come back as they were written, in whatever batches, blanks and order of keys", async () => {
  await fc.assert(
    fc.asyncProperty(
      rowsArbitrary,
      fc.constantFrom("", " ", "\t \r"),
      fc.integer({ min: 1, max: 7 }),
      fc.boolean(),
      async (rows, blank, batchRows, reversed) => {
        const lines = rows.map((row) => {
          const entries = Object.entries(row);
          return toJson(Object.fromEntries(reversed ? entries.reverse() : entries), blank);
        });
        const batches = await batchesOf(lines.join("\n"), { batchRows });
        for (const batch of batches) expect(batch.numRows).toBeLessThanOrEqual(batchRows);
        // A row of "zero" alone is a line whose only key has no column.
        const wanted = rows.filter((row) => Object.keys(row).length > 1);
        expect(batches.flatMap(plainRows)).toEqual(wanted.map((row) => expected(row as Record<string, unknown>)));
      },
    ),
    { seed: 11, numRuns: 200 },
  );
});

test("a damaged line is refused exactly when JSON.parse refuses it", async () => {
  const line = '{"add":{"path":"a\\u00e9\\n","size":-12.5e+3,"tags":{"k":null,"l":[true,false,{}]}},"int":7}';
  await fc.assert(
    fc.asyncProperty(
      fc.nat(line.length),
      fc.nat(3),
      fc.constantFrom("", "0", "\\", '"', ",", ":", "}", "]", "{", "[", "e", "-", ".", "u", "\u0001", " ", "t"),
      async (at, length, splice) => {
        const text = line.slice(0, at) + splice + line.slice(at + length);
        let plain: unknown;
        try {
          plain = JSON.parse(text);
        } catch {
          expect(await failure(text)).toMatchObject({ code: "LOG_CORRUPT" });
          return;
        }
        const int = (plain as { int?: unknown }).int;
        if (typeof int === "number" && Number.isInteger(int)) expect(await read(text)).toMatchObject([{ int }]);
      },
    ),
    { seed: 12, numRuns: 700 },
  );
});

describe("parts of a file", () => {
  const lines = Array.from({ length: 1000 }, (_, i) => `{"int":${i},"text":"${"x".repeat(i % 50)}"}\n`);
  const text = lines.join("");

  test("a range with the beginning of its first line as prefix", async () => {
    const cut = text.indexOf('"int":500') + 3;
    const start = text.lastIndexOf("\n", cut) + 1;
    const rows = await read(text, {
      prefix: new TextEncoder().encode(text.slice(start, cut)),
      range: { offset: cut, length: text.length - cut },
    });
    expect(rows).toHaveLength(500);
    expect(rows[0]).toMatchObject({ int: 500 });
  });

  test("a prefix with nothing behind it, which stays the caller's", async () => {
    for (const [given, largeBytes] of [
      ['{"int":1}\n', 1e9],
      ['{"int":1}\n', 0],
      ['{"int":1}', 0],
      ['\ufeff{"int":1}\n', 1e9],
      ['\ufeff{"int":1}\n', 0],
    ] as const) {
      const prefix = new TextEncoder().encode(given);
      const pool = workerPool({ size: 1 });
      const storage = memoryStorage({ objects: { [url]: given } });
      const { readBatches } = jsonHandler({ storage, workers: async () => pool, largeBytes });
      const range = { offset: prefix.length, length: 0 };
      // Twice, as for the snapshot and for the files.
      for (let time = 0; time < 2; time++) {
        const rows: unknown[] = [];
        for await (const batch of readBatches(url, { schema, prefix, range })) rows.push(...plainRows(batch));
        expect(rows).toMatchObject([{ int: 1 }]);
        expect(prefix).toEqual(new TextEncoder().encode(given));
      }
      await pool.close();
    }
  });

  test("a range that ends inside a line ends in an error, and says where", async () => {
    const offset = lines[0]!.length;
    const error = await failure(text, { range: { offset, length: 25 } });
    expect(error.message).toContain(`line 2 after byte ${offset}: `);
  });

  test("only that range is asked for", async () => {
    const storage = recordingStorage(memoryStorage({ objects: { [url]: text } }));
    const { json } = nodeEngine({ storage });
    const range = { offset: 0, length: lines[0]!.length };
    for await (const _batch of json.readBatches(url, { schema, range }));
    expect(storage.requests).toMatchObject([{ verb: "stream", ranges: [range] }]);
  });

  test("an absent file, and one that is too short", async () => {
    const { json } = nodeEngine({ storage: memoryStorage() });
    const next = () => json.readBatches(url, { schema })[Symbol.asyncIterator]().next();
    await expect(next()).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
    expect(await failure("{}", { range: { offset: 0, length: 3 } })).toMatchObject({ code: "FILE_CHANGED" });
  });

  test("bad options", async () => {
    for (const batchRows of [0, -1, 1.5, Number.NaN]) {
      expect(await failure("{}", { batchRows })).toMatchObject({ code: "INVALID_ARGUMENT" });
    }
    const bytes = new Schema([field("a", new Int8())]);
    expect(await failure("{}", { schema: bytes })).toMatchObject({ code: "INVALID_ARGUMENT", column: "a" });
    expect(await failure("{}", { range: { offset: -1, length: 1 } })).toMatchObject({ code: "INVALID_ARGUMENT" });
  });
});

describe("large input", () => {
  const line = (i: number) =>
    `{"int":${i},"long":1${i}00000000000,"text":"${"é\\n".repeat(i % 30)}","add":{"stats":"{\\"a\\":1}"}}`;
  const count = 60_000;
  const lines = Array.from({ length: count }, (_, i) => line(i));
  const text = `${lines.join("\n")}\n`;
  const pool = workerPool({ size: 2 });
  afterAll(() => pool.close());
  const handler = (content: string, largeBytes = 0) => {
    const storage = recordingStorage(memoryStorage({ objects: { [url]: content } }));
    return { storage, json: jsonHandler({ storage, workers: async () => pool, largeBytes }) };
  };

  test.each([
    ["in workers", 0],
    ["the first part here, the rest in workers", 1_000_000],
    ["here", Number.POSITIVE_INFINITY],
  ])("gives every row in order: %s", async (_where, largeBytes) => {
    let next = 0;
    for await (const batch of handler(text, largeBytes).json.readBatches(url, { schema })) {
      const ints = batch.getChild("int")!;
      const texts = batch.getChild("text")!;
      for (let row = 0; row < batch.numRows; row++, next++) {
        if (ints.get(row) !== next) expect.fail(`row ${next} holds ${ints.get(row)}`);
        if (texts.get(row) !== "é\n".repeat(next % 30)) expect.fail(`row ${next} holds ${texts.get(row)}`);
      }
    }
    expect(next).toBe(count);
  });

  test.each([0, Number.POSITIVE_INFINITY])(
    "numbers a bad line far in (workers from %d bytes on)",
    async (largeBytes) => {
      const bad = [...lines.slice(0, 50_000), '{"int":', ...lines.slice(50_000)].join("\n");
      const work = async () => {
        for await (const _batch of handler(bad, largeBytes).json.readBatches(url, { schema }));
      };
      await expect(work()).rejects.toMatchObject({
        code: "LOG_CORRUPT",
        message: expect.stringContaining(`${url}, line 50001: `),
      });
    },
  );

  test("is read here where no worker can be started", async () => {
    const nowhere = workerPool({ size: 1, file: new URL("https://example.com/worker.mjs") });
    const storage = memoryStorage({ objects: { [url]: text } });
    const json = jsonHandler({ storage, workers: async () => nowhere, largeBytes: 0 });
    let rows = 0;
    for await (const batch of json.readBatches(url, { schema })) rows += batch.numRows;
    expect(rows).toBe(count);
  });

  test("a line longer than any block", async () => {
    const long = `{"int":1}\n{"text":"${"x".repeat(9_000_000)}"}\n{"int":3}`;
    const rows: unknown[] = [];
    for await (const batch of handler(long).json.readBatches(url, { schema })) rows.push(...plainRows(batch));
    expect(rows).toMatchObject([{ int: 1 }, { text: "x".repeat(9_000_000) }, { int: 3 }]);
  });

  test.each([0, Number.POSITIVE_INFINITY])("an abort ends it (workers from %d bytes on)", async (largeBytes) => {
    const controller = new AbortController();
    const { storage, json } = handler(text, largeBytes);
    const work = async () => {
      for await (const _batch of json.readBatches(url, { schema, signal: controller.signal })) controller.abort("why");
    };
    await expect(work()).rejects.toMatchObject({ code: "ABORTED", cause: "why" });
    expect(storage.inFlight).toBe(0);
    await expect(work()).rejects.toMatchObject({ code: "ABORTED" });
  });

  test.each([0, Number.POSITIVE_INFINITY])("leaving early stops it (workers from %d bytes on)", async (largeBytes) => {
    const { storage, json } = handler(text.repeat(4), largeBytes);
    for await (const batch of json.readBatches(url, { schema })) {
      expect(batch.numRows).toBeGreaterThan(0);
      break;
    }
    expect(storage.inFlight).toBe(0);
    expect(storage.requests).toMatchObject([{ verb: "stream", outcome: "aborted" }]);
  });

  test("leaves the event loop its turns", async () => {
    let turns = 0;
    const ticker = setInterval(() => turns++, 1);
    for await (const _batch of handler(text, Number.POSITIVE_INFINITY).json.readBatches(url, { schema }));
    clearInterval(ticker);
    expect(turns).toBeGreaterThan(3);
  });
});

test("batches are what they are when they are written as Arrow's own format", async () => {
  const lines = Array.from({ length: 20 }, (_, i) => (i % 3 === 0 ? `{"int":${i}}` : `{"long":${i},"text":"é${i}"}`));
  // WebAssembly knows all of these types, and is there.
  linesInstance(Number.POSITIVE_INFINITY);
  const known = new Schema(schema.fields.filter(({ name }) => name !== "double"));
  const batches = await batchesOf(lines.join("\n"), { schema: known });
  const written = tableFromIPC(tableToIPC(new Table(batches))).batches;
  expect(written.flatMap(plainRows)).toEqual(batches.flatMap(plainRows));
});
