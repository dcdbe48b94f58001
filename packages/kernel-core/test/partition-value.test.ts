import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isDeltaError } from "../src/errors.js";
import { type PartitionValue, parsePartitionValue } from "../src/read/partition-value.js";
import { parseTypeName } from "../src/schema/parse-type-name.js";

const parse = (type: string, text: string | null | undefined): PartitionValue =>
  parsePartitionValue(text, parseTypeName(type, []), "p");
function isRefused(type: string, text: string): boolean {
  try {
    parse(type, text);
    return false;
  } catch (error) {
    if (!isDeltaError(error, "VALUE_INVALID")) throw error;
    expect(error.column).toBe("p");
    expect(error.message).toContain(JSON.stringify(text));
    expect(error.message).toContain(type);
    return true;
  }
}

const TYPES = ["boolean", "byte", "short", "integer", "long", "float", "double", "string", "binary", "date"];
TYPES.push("timestamp", "timestamp_ntz", "decimal(10,2)", "void");

test.each(TYPES)("null, a missing key and an empty text are null for %s", (type) => {
  expect([parse(type, null), parse(type, undefined), parse(type, "")]).toEqual([null, null, null]);
});

test("the name of Hive's directory for null is a text like any other", () => {
  expect(parse("string", "__HIVE_DEFAULT_PARTITION__")).toBe("__HIVE_DEFAULT_PARTITION__");
  expect(parse("string", "null")).toBe("null");
});

test.each([
  ["boolean", "true", true],
  ["boolean", "FALSE", false],
  ["byte", "-128", -128],
  ["short", "32767", 32767],
  ["integer", "-2147483648", -2147483648],
  ["integer", "+7", 7],
  ["long", "9223372036854775807", 9223372036854775807n],
  ["long", "-9223372036854775808", -9223372036854775808n],
  ["long", "0007", 7n],
  ["float", "1.1", 1.100000023841858],
  ["float", "3.4028235E38", 3.4028234663852886e38],
  ["double", "1.0E10", 1e10],
  ["double", "-0.0", -0],
  ["double", "5", 5],
  ["double", "NaN", Number.NaN],
  ["double", "-Infinity", Number.NEGATIVE_INFINITY],
  ["double", "inf", Number.POSITIVE_INFINITY],
  ["double", "4.9E-324", 5e-324],
  ["string", "a/b %20\u0000", "a/b %20\u0000"],
  ["decimal(10,2)", "1.5", 150n],
  ["decimal(10,2)", "-1.50", -150n],
  ["decimal(10,2)", "1E+2", 10000n],
  ["decimal(10,2)", "123e-1", 1230n],
  ["decimal(10,2)", "1.5000", 150n],
  ["decimal(10,2)", ".5", 50n],
  ["decimal(10,2)", "0E-30", 0n],
  ["decimal(3,3)", "-0.999", -999n],
  ["decimal(38,0)", "99999999999999999999999999999999999999", 99999999999999999999999999999999999999n],
  ["decimal(38,18)", "12345678901234567890.123456789012345678", 12345678901234567890123456789012345678n],
  // Widened since: the text is of the narrower type.
  ["decimal(12,2)", "42", 4200n],
])("%s %s", (type, text, value) => {
  expect(parse(type, text)).toBe(value);
});

test("a binary value is the UTF-8 bytes of the text", () => {
  expect(parse("binary", "\u0001\u0002é")).toEqual(new Uint8Array([1, 2, 0xc3, 0xa9]));
});

describe("dates", () => {
  test.each([
    ["1970-01-01", 0],
    ["1969-12-31", -1],
    ["2000-02-29", 11016],
    ["1582-10-10", -141432],
    ["0001-01-01", -719162],
    ["0000-02-29", -719162 - 307],
    ["-0001-12-31", -719162 - 367],
    ["10000-01-01", 2932897],
    ["+10000-01-01", 2932897],
    ["2021-9-8", 18878],
  ])("%s", (text, value) => {
    expect(parse("date", text)).toBe(value);
  });

  test("agree with JavaScript's calendar in all its years", () => {
    fc.assert(
      fc.property(fc.integer({ min: -100_000_000, max: 100_000_000 }), (day) => {
        const [text] = new Date(day * 86_400_000).toISOString().split("T");
        expect(parse("date", text)).toBe(day);
      }),
      { seed: 5, numRuns: 2000 },
    );
  });

  test.each(["2021-02-29", "1900-02-29", "2021-13-01", "2021-00-01", "2021-01-32", "20210101", "2021-01", "soon"])(
    "%s is none",
    (text) => {
      expect(isRefused("date", text)).toBe(true);
    },
  );
});

describe("timestamps", () => {
  test.each([
    ["1970-01-01 00:00:00", 0n],
    ["1970-01-01 00:00:00.123456", 123456n],
    ["1970-01-01 00:00:00.1", 100000n],
    ["1970-01-01T00:00:00.123456Z", 123456n],
    ["1969-12-31 23:59:59.999999", -1n],
    ["2021-09-08T11:11:11+05:30", 1631079671000000n],
    ["2021-09-08 11:11:11 +0530", 1631079671000000n],
    ["2021-09-08T11:11:11-08", 1631128271000000n],
    ["1880-01-01T00:53:28+00:53:28", -2840140800000000n],
    ["9999-12-31 23:59:59.999999", 253402300799999999n],
    ["0001-01-01 00:00:00", -62135596800000000n],
    ["+294247-01-10 04:00:54.775807", 9223372036854775807n],
    ["2021-09-08 11:11:11.123456789", 1631099471123456n],
    ["2021-09-08", 1631059200000000n],
  ])("%s", (text, value) => {
    expect(parse("timestamp", text)).toBe(value);
  });

  test("without a zone are the same with and without time zone; with one they are no timestamp_ntz", () => {
    expect(parse("timestamp_ntz", "2013-07-05 17:01:00.123456")).toBe(1373043660123456n);
    expect(parse("timestamp_ntz", "2013-07-05T17:01:00.123456")).toBe(1373043660123456n);
    expect(parse("timestamp_ntz", "2013-07-05")).toBe(1372982400000000n);
    expect(isRefused("timestamp_ntz", "2013-07-05T17:01:00.123456Z")).toBe(true);
  });

  test("agree with JavaScript's clock, with six digits, in every zone", () => {
    const instant = fc.integer({ min: -8_000_000_000_000, max: 8_000_000_000_000 });
    const offset = fc.integer({ min: -18 * 60, max: 18 * 60 });
    fc.assert(
      fc.property(instant, fc.integer({ min: 0, max: 999 }), offset, (ms, micros, minutes) => {
        const local = new Date(ms + minutes * 60_000).toISOString().slice(0, -1);
        const [hh, mm] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60].map((n) =>
          String(n).padStart(2, "0"),
        );
        const text = `${local}${String(micros).padStart(3, "0")}${minutes < 0 ? "-" : "+"}${hh}:${mm}`;
        expect(parse("timestamp", text)).toBe(BigInt(ms) * 1000n + BigInt(micros));
      }),
      { seed: 5, numRuns: 1000 },
    );
  });

  test.each([
    "2021-01-01 24:00:00",
    "2021-01-01 00:60:00",
    "2021-01-01 00:00:61",
    "2021-02-30 00:00:00",
    "1631099471",
    "2021-01-01 00:00:00 PST",
    "2021-01-01T00:00:00+19:00",
    "999999-01-01 00:00:00",
  ])("%s is none", (text) => {
    expect(isRefused("timestamp", text)).toBe(true);
  });
});

test.each([
  ["boolean", "1"],
  ["boolean", "yes"],
  ["byte", "128"],
  ["short", "-32769"],
  ["integer", "2147483648"],
  ["integer", "1.0"],
  ["integer", "0x10"],
  ["long", "9223372036854775808"],
  ["long", "1e3"],
  ["long", " 1"],
  ["double", "1,5"],
  ["double", "0x1p3"],
  ["decimal(10,2)", "1.505"],
  ["decimal(10,2)", "123456789"],
  ["decimal(10,2)", "1E+9999"],
  ["decimal(10,2)", "."],
  ["decimal(10,2)", ""],
])("%s refuses %j", (type, text) => {
  if (text === "") expect(parse(type, text)).toBeNull();
  else expect(isRefused(type, text)).toBe(true);
});

test("every value of every number type is read back from its text", () => {
  const decimal = fc.tuple(fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }), fc.nat(38));
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.double(),
      fc.float(),
      decimal,
      (i, d, f, [unscaled, scale]) => {
        expect(parse("long", String(i))).toBe(i);
        expect(parse("double", String(d))).toBe(d + 0);
        expect(parse("float", String(f))).toBe(f + 0);
        const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, "0");
        const point = digits.length - scale;
        const text = `${unscaled < 0n ? "-" : ""}${digits.slice(0, point)}.${digits.slice(point)}`;
        expect(parse(`decimal(38,${scale})`, text)).toBe(unscaled);
      },
    ),
    { seed: 5, numRuns: 1000 },
  );
});
