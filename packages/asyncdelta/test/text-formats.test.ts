import { parseExactJson } from "@asyncdelta/kernel-core";
import * as arrow from "apache-arrow";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BatchEncoder, Chunk } from "../src/format/batch-encoder.js";
import { cellColumns, cellEncoder } from "../src/format/cell-encoder.js";
import { csvFormat } from "../src/format/csv-format.js";
import { displayText } from "../src/format/display-text.js";
import { displayWidth, truncated } from "../src/format/display-width.js";
import { jsonlEncoder } from "../src/format/jsonl-encoder.js";
import { COLOURED, PLAIN } from "../src/format/style.js";
import { tableFormat } from "../src/format/table-format.js";
import { floatText } from "../src/text/float-text.js";
import { jsonWriter } from "../src/text/json-text.js";
import { batch, column, days, decimals, int64, struct, T, UTC_MICROS } from "./arrow-batches.js";

function text(chunks: Iterable<Chunk>): string {
  return Array.from(chunks, (chunk) => (typeof chunk === "string" ? chunk : Buffer.from(chunk).toString())).join("");
}

function all(encoder: BatchEncoder, ...batches: arrow.RecordBatch[]): string {
  return text(encoder.start()) + batches.map((b) => text(encoder.batch(b))).join("") + text(encoder.end());
}

const schema = struct({
  id: T.long,
  price: T.decimal(20, 2),
  at: T.timestamp,
  day: T.date,
  f: T.float,
  d: T.double,
  s: T.string,
  bytes: T.binary,
  list: T.array(T.long),
});
const rows = batch({
  id: int64(new arrow.Int64(), [9007199254740993n, null]),
  price: decimals(20, 2, [12345678901234567890n, null]),
  at: int64(UTC_MICROS, [1n, null]),
  day: days([0, null]),
  f: column(new arrow.Float32(), [1.1, null]),
  d: column(new arrow.Float64(), [Number.NaN, null]),
  s: column(new arrow.Utf8(), ['a,"b"\n', null]),
  bytes: column(new arrow.Binary(), [Uint8Array.of(1, 2, 255), null]),
  list: column(new arrow.List(new arrow.Field("element", new arrow.Int64(), true)), [[1n, 2n ** 62n], null]),
});

describe("JSON lines", () => {
  it("have every digit of longs and decimals, and valid JSON for what JSON lacks", () => {
    const nulls = schema.fields.map((field) => `"${field.name}":null`).join(",");
    expect(all(jsonlEncoder(schema), rows)).toBe(
      '{"id":9007199254740993,"price":123456789012345678.90,"at":"1970-01-01T00:00:00.000001Z","day":"1970-01-01",' +
        '"f":1.1,"d":"NaN","s":"a,\\"b\\"\\n","bytes":"AQL/","list":[1,4611686018427387904]}\n' +
        `{${nulls}}\n`,
    );
  });

  it("write maps as objects, and keys that are no strings as their own text", () => {
    expect(jsonWriter(T.map(T.string, T.long))(new Map([['"', 1n]]))).toBe('{"\\"":1}');
    expect(jsonWriter(T.array(T.variant))(['{"a":1.50}', null])).toBe('[{"a":1.50},null]');
    expect(jsonWriter(T.map(T.long, T.boolean))(new Map([[1n, true]]))).toBe('{"1":true}');
    expect(jsonWriter(T.map(T.date, T.void))(new Map([["1970-01-01", null]]))).toBe('{"1970-01-01":null}');
    expect(jsonWriter(T.map(struct({ a: T.string }), T.byte))(new Map([[{ a: "x" }, 1]]))).toBe(
      '{"{\\"a\\":\\"x\\"}":1}',
    );
  });

  it("give any text and any long back", () => {
    const write = jsonWriter(struct({ s: T.string, n: T.long }));
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (s, n) => {
        const line = write({ s, n });
        expect(line).not.toMatch(/\n/);
        const back = parseExactJson(line) as { s: string; n: number | bigint };
        expect(back.s).toBe(s);
        expect(BigInt(back.n)).toBe(n);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it("end in a line that no parser accepts when they are cut short", () => {
    expect(() => JSON.parse(text([jsonlEncoder(schema).torn()]))).toThrow(SyntaxError);
  });
});

describe("floating-point text", () => {
  it("names a float in the fewest digits that read back as it", () => {
    const write = floatText("float");
    const cases: [number, string][] = [
      [1.1, "1.1"],
      [0.1 + 0.2, "0.3"],
      [16777216, "16777216"],
      [3.4028234663852886e38, "3.4028235e+38"],
      [1e-45, "1e-45"],
      [-0, "-0"],
      [0.001, "0.001"],
      [123456.7, "123456.7"],
      [1e10, "10000000000"],
      [9.999999e-7, "9.999999e-7"],
    ];
    for (const [value, expected] of cases) expect(write(Math.fround(value))).toBe(expected);
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const short = write(value);
        expect(Object.is(Math.fround(Number(short)), value)).toBe(true);
        expect(short.length).toBeLessThanOrEqual(Object.is(value, -0) ? 2 : String(value).length);
      }),
      { seed: 2, numRuns: 2000 },
    );
  });

  it("names a double as JavaScript does, and keeps the sign of zero", () => {
    expect([0.1, -0, 1e21, 5e-324].map(floatText("double"))).toEqual(["0.1", "-0", "1e+21", "5e-324"]);
  });
});

/** RFC 4180, with a missing value told from a quoted empty one. */
function parseCsv(csv: string): (string | null)[][] {
  const records: (string | null)[][] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  for (let record: (string | null)[] = []; cell.lastIndex < csv.length; ) {
    const match = cell.exec(csv);
    if (match === null) throw new Error("this is no CSV");
    record.push(match[1] === undefined ? match[2] || null : match[1].replaceAll('""', '"'));
    if (match[3] === "\r\n") {
      records.push(record);
      record = [];
    }
  }
  return records;
}

describe("CSV", () => {
  it("quotes as RFC 4180 does, and tells a missing value from an empty one", () => {
    const format = csvFormat([{ name: "a" }, { name: "b,c" }]);
    const csv =
      format.start() +
      text(
        format.rows([
          ["", null],
          ['say "x"', "1\n2"],
          ["plain", " pad "],
        ]),
      ) +
      format.end();
    expect(csv).toBe('a,"b,c"\r\n"",\r\n"say ""x""","1\n2"\r\nplain," pad "\r\n');
  });

  it("writes nested values as JSON and the others as plain text", () => {
    const csv = all(cellEncoder(schema, csvFormat(cellColumns(schema))), rows);
    expect(parseCsv(csv)).toEqual([
      ["id", "price", "at", "day", "f", "d", "s", "bytes", "list"],
      [
        "9007199254740993",
        "123456789012345678.90",
        "1970-01-01T00:00:00.000001Z",
        "1970-01-01",
        "1.1",
        "NaN",
        'a,"b"\n',
        "AQL/",
        "[1,4611686018427387904]",
      ],
      Array(9).fill(null),
    ]);
  });

  it("gives any cells back", () => {
    const cell = fc.option(fc.string({ unit: fc.constantFrom("a", " ", '"', ",", "\n", "\r", "é") }));
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { maxLength: 5 }), (records) => {
        const format = csvFormat([{ name: "x" }, { name: "y" }]);
        expect(parseCsv(format.start() + text(format.rows(records)))).toEqual([["x", "y"], ...records]);
      }),
      { seed: 3, numRuns: 1000 },
    );
  });

  it("ends in a quote that is never closed when it is cut short", () => {
    const format = csvFormat([{ name: "a" }]);
    expect(() => parseCsv(format.start() + text(format.rows([["1"]])) + format.torn())).toThrow("no CSV");
  });
});

describe("a table for people", () => {
  const columns = [{ name: "name" }, { name: "n", numeric: true }];

  function table(cells: (string | null)[][], width?: number, names = columns): string {
    const format = tableFormat(names, { width, style: PLAIN });
    return format.start() + text(format.rows(cells)) + format.end();
  }

  it("aligns text to the left and numbers to the right, and counts the rows", () => {
    expect(
      table([
        ["a", "1"],
        ["bcd", "10"],
        [null, null],
      ]),
    ).toBe(["name     n", "────  ────", "a        1", "bcd     10", "null  null", "(3 rows)", ""].join("\n"));
    expect(table([])).toBe(["name  n", "────  ─", "(0 rows)", ""].join("\n"));
  });

  it("shows the columns of a batch under their names", () => {
    const some = struct({ s: T.string, n: T.byte });
    const data = batch({ s: column(new arrow.Utf8(), ["a"]), n: column(new arrow.Int8(), [7]) });
    expect(all(cellEncoder(some, tableFormat(cellColumns(some), { style: PLAIN })), data)).toBe(
      ["s  n", "─  ─", "a  7", "(1 row)", ""].join("\n"),
    );
  });

  it("aligns wide and combining characters by the columns they take", () => {
    const lines = table([
      ["日本", "1"],
      ["e\u0301", "22"],
      ["👩‍👩‍👧", "3"],
    ]).split("\n");
    expect(lines.slice(0, 5).map((line) => displayWidth(line))).toEqual(Array(5).fill(8));
    expect(["日本", "e\u0301", "👩‍👩‍👧", "❤\ufe0f", "ﬁ", "\u200b"].map(displayWidth)).toEqual([4, 1, 2, 2, 1, 0]);
  });

  it("narrows the widest columns to fit the terminal, and marks what it cut", () => {
    const lines = table([["x".repeat(100), "12345"]], 40).split("\n");
    expect(lines[2]).toBe(`${"x".repeat(32)}…  12345`);
    expect(displayWidth(lines[2]!)).toBe(40);
    expect(truncated("日本語", 4)).toBe("日…");
  });

  it("shows numbers in full or not at all", () => {
    const wide = [
      { name: "n", numeric: true },
      { name: "day", rigid: true },
      { name: "text" },
      { name: "m", numeric: true },
    ];
    const row = ["9007199254740993", "2026-03-01", "x".repeat(50), "12345678901234567890"];
    expect(table([row], 40, wide).split("\n").slice(2, 4)).toEqual([
      `9007199254740993  2026-03-01  ${"x".repeat(9)}…`,
      "(1 row, 1 of 4 columns not shown)",
    ]);
    expect(table([row], 10, wide).split("\n")[2]).toBe("900719925…");
  });

  it("leaves out columns at the end that cannot fit, and says how many", () => {
    const many = Array.from({ length: 20 }, (_, i) => ({ name: `column_number_${i}` }));
    const lines = table([Array(20).fill("some longer text")], 40, many).split("\n");
    expect(Math.max(...lines.slice(0, 3).map(displayWidth))).toBeLessThanOrEqual(40);
    expect(lines[3]).toBe("(1 row, 16 of 20 columns not shown)");
  });

  it("cuts nothing where the output is no terminal", () => {
    expect(table([["x".repeat(1000), "1"]])).toContain("x".repeat(1000));
  });

  it("shows what would move the cursor, recolour or reorder as escapes", () => {
    expect(displayText("a\tb\r\n\u001b[31mred\u202e\u0007")).toBe("a\\tb\\r\\n\\u001b[31mred\\u202e\\u0007");
    expect(displayText("naïve – 日本")).toBe("naïve – 日本");
  });

  it("streams after a thousand rows, with the widths found by then", () => {
    const format = tableFormat(columns, { style: PLAIN });
    const row = ["x", "1"];
    expect(text(format.rows(Array(999).fill(row)))).toBe("");
    expect(text(format.rows([row])).split("\n")).toHaveLength(1003);
    expect(text(format.rows([["longer", "2"]]))).toBe("longer  2\n");
    expect(format.end()).toBe("(1001 rows)\n");
  });

  it("colours nothing but what the style colours", () => {
    const format = tableFormat(columns, { style: COLOURED });
    const out = text(format.rows([["a", null]])) + format.end();
    expect(out).toContain("\u001b[1mname\u001b[22m");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is taken out
    expect(out.replaceAll(/\u001b\[\d+m/g, "")).toBe(table([["a", null]]));
  });
});
