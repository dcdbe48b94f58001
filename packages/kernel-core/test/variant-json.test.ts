import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isDeltaError } from "../src/errors.js";
import { variantToJson } from "../src/variant/variant-to-json.js";
import { VariantWriter } from "../src/variant/variant-writer.js";
import { encodeMetadata, encodeValue, jsonOf, namesIn, type Value } from "./support/shred.js";

const NO_NAMES = encodeMetadata([]);
/** Bytes as written in the specification: numbers, and texts as their letters. */
const bytes = (...parts: (number | string)[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === "string" ? [...new TextEncoder().encode(part)] : [part])));
const little = (value: bigint, size: number): number[] =>
  Array.from({ length: size }, (_, byte) => Number((BigInt.asUintN(8 * size, value) >> BigInt(8 * byte)) & 0xffn));
const float = (value: number, size: 4 | 8): number[] => [
  ...new Uint8Array((size === 4 ? Float32Array : Float64Array).of(value).buffer),
];

test.each<[string, Uint8Array, string]>([
  ["null", bytes(0x00), "null"],
  ["true", bytes(0x04), "true"],
  ["false", bytes(0x08), "false"],
  ["int8", bytes(0x0c, 0xff), "-1"],
  ["int16", bytes(0x10, ...little(-32768n, 2)), "-32768"],
  ["int32", bytes(0x14, ...little(2147483647n, 4)), "2147483647"],
  ["int64", bytes(0x18, ...little(-9223372036854775808n, 8)), "-9223372036854775808"],
  ["double", bytes(0x1c, ...float(0.1, 8)), "0.1"],
  ["whole double", bytes(0x1c, ...float(5, 8)), "5.0"],
  ["large double", bytes(0x1c, ...float(1e300, 8)), "1e+300"],
  ["negative zero", bytes(0x1c, ...float(-0, 8)), "-0.0"],
  ["NaN", bytes(0x1c, ...float(Number.NaN, 8)), '"NaN"'],
  ["infinity", bytes(0x1c, ...float(Number.NEGATIVE_INFINITY, 8)), '"-Infinity"'],
  ["float", bytes(0x38, ...float(1.1, 4)), "1.1"],
  ["float of nine digits", bytes(0x38, ...float(16777215, 4)), "16777215.0"],
  ["decimal4", bytes(0x20, 2, ...little(-5n, 4)), "-0.05"],
  ["decimal8", bytes(0x24, 0, ...little(123456789012345678n, 8)), "123456789012345678"],
  ["decimal16", bytes(0x28, 38, ...little(-(10n ** 38n) + 1n, 16)), `-0.${"9".repeat(38)}`],
  ["date", bytes(0x2c, ...little(18878n, 4)), '"2021-09-08"'],
  ["date of year 1", bytes(0x2c, ...little(-719162n, 4)), '"0001-01-01"'],
  ["date beyond year 9999", bytes(0x2c, ...little(2932897n, 4)), '"+10000-01-01"'],
  ["timestamp", bytes(0x30, ...little(1631099471500000n, 8)), '"2021-09-08 11:11:11.5+00:00"'],
  ["timestamp_ntz", bytes(0x34, ...little(-1n, 8)), '"1969-12-31 23:59:59.999999"'],
  ["timestamp of nanoseconds", bytes(0x48, ...little(-1n, 8)), '"1969-12-31 23:59:59.999999999+00:00"'],
  ["timestamp_ntz of nanoseconds", bytes(0x4c, ...little(1n, 8)), '"1970-01-01 00:00:00.000000001"'],
  ["time", bytes(0x44, ...little(43_200_000_001n, 8)), '"12:00:00.000001"'],
  ["binary", bytes(0x3c, 4, 0, 0, 0, 0, 1, 254, 255), '"AAH+/w=="'],
  ["binary of three", bytes(0x3c, 3, 0, 0, 0, 1, 2, 3), '"AQID"'],
  ["binary of two", bytes(0x3c, 2, 0, 0, 0, 1, 2), '"AQI="'],
  ["empty binary", bytes(0x3c, 0, 0, 0, 0), '""'],
  ["long string", bytes(0x40, 3, 0, 0, 0, 'a"', 0x0a), JSON.stringify('a"\n')],
  ["short string", bytes(0x0d, "n/a"), '"n/a"'],
  [
    "uuid",
    bytes(0x50, 0xf2, 0x4f, 0x9b, 0x64, 0x81, 0xfa, 0x49, 0xd1, 0xb7, 0x4e, 0x8c, 0x09, 0xa6, 0xe3, 0x1c, 0x56),
    '"f24f9b64-81fa-49d1-b74e-8c09a6e31c56"',
  ],
  ["array", bytes(0x03, 2, 0, 2, 3, 0x0c, 7, 0x00), "[7,null]"],
  ["empty array of wide offsets", bytes(0x1f, ...little(0n, 4), ...little(0n, 4)), "[]"],
])("%s", (_, value, json) => {
  expect(variantToJson(NO_NAMES, value)).toBe(json);
});

test("an object's members may be stored in any order", () => {
  const metadata = encodeMetadata(["b", "a"], 1);
  // Ids of "a" and "b", offsets 2 and 0: the value of "b" comes first.
  expect(variantToJson(metadata, bytes(0x02, 2, 1, 0, 2, 0, 4, 0x0c, 2, 0x0c, 1))).toBe('{"a":1,"b":2}');
});

test("offsets and names of every width are read", () => {
  for (const width of [1, 2, 3, 4]) {
    const names = ["k", "ä"];
    expect(variantToJson(encodeMetadata(names, width), encodeValue({ k: "v", ä: 1n }, names))).toBe('{"k":"v","ä":1}');
  }
});

test("what the writer writes is read back", () => {
  const value = fc.letrec<{ value: Value }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.constant(null),
      fc.boolean(),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.double(),
      fc.string({ unit: "grapheme", maxLength: 100 }),
      fc.array(tie("value"), { maxLength: 5 }),
      fc.dictionary(fc.string({ unit: "grapheme" }), tie("value"), { maxKeys: 5, noNullPrototype: true }),
    ),
  })).value;
  fc.assert(
    fc.property(value, (v) => {
      const names = namesIn([v]);
      expect(variantToJson(encodeMetadata(names), encodeValue(v, names))).toBe(jsonOf(v));
    }),
    { seed: 5, numRuns: 300 },
  );
});

test("decimals of every size are read back", () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }),
      fc.nat(38),
      fc.nat(37),
      (full, scale, shorter) => {
        const unscaled = full / 10n ** BigInt(shorter);
        const writer = new VariantWriter();
        writer.decimal(unscaled, scale);
        const json = variantToJson(NO_NAMES, writer.finish());
        expect(BigInt(json.replace(".", ""))).toBe(unscaled);
        expect(json.split(".")[1]?.length ?? 0).toBe(scale);
      },
    ),
    { seed: 5, numRuns: 300 },
  );
});

describe("bytes that are no variant are VALUE_INVALID", () => {
  const refusal = (metadata: Uint8Array, value: Uint8Array): string => {
    try {
      variantToJson(metadata, value);
    } catch (error) {
      if (isDeltaError(error, "VALUE_INVALID")) return error.message;
      throw error;
    }
    throw new Error("was read");
  };

  test.each<[string, Uint8Array, Uint8Array]>([
    ["no value", NO_NAMES, bytes()],
    ["no metadata", bytes(), bytes(0)],
    ["metadata of version 2", bytes(2, 0, 0), bytes(0)],
    ["metadata without room for its names", bytes(1, 200, 0), bytes(0)],
    ["an unknown type", NO_NAMES, bytes(63 << 2)],
    ["a number that is cut short", NO_NAMES, bytes(0x18, 1)],
    ["a text that is cut short", NO_NAMES, bytes(0x11, "abc")],
    ["a long text that is cut short", NO_NAMES, bytes(0x40, 9, 0, 0, 0, "abc")],
    ["a text that is no UTF-8", NO_NAMES, bytes(0x05, 0xff)],
    ["a field id beyond the names", NO_NAMES, bytes(0x02, 1, 0, 0, 1, 0)],
    ["an array without room for its members", NO_NAMES, bytes(0x13, 255, 255, 255, 255, 0)],
    ["a member outside its array", NO_NAMES, bytes(0x03, 1, 5, 1, 0)],
    ["an array that ends before its members", NO_NAMES, bytes(0x03, 1, 0, 9, 0)],
    ["a decimal of an impossible scale", NO_NAMES, bytes(0x20, 39, 0, 0, 0, 0)],
  ])("%s", (_, metadata, value) => {
    expect(refusal(metadata, value)).toMatch(/cannot be read/);
  });

  test("values that contain each other do not grow without end", () => {
    // Each array has 200 members, all of them the next array.
    let value = bytes(0x00);
    for (let level = 0; level < 10; level++) {
      const size = value.length;
      value = bytes(
        0x03 | (1 << 2),
        200,
        ...Array.from({ length: 200 }, () => [0, 0]).flat(),
        size & 0xff,
        size >> 8,
        ...value,
      );
    }
    expect(refusal(NO_NAMES, value)).toMatch(/overlap/);
  });

  test("values nested without end are refused", () => {
    // Arrays of one member, the innermost at the end: ten bytes of head each.
    const levels = 1000;
    const value = new Uint8Array(10 * levels + 1);
    for (let level = 0; level < levels; level++) {
      value.set([0x0f, 1, 0, 0, 0, 0, ...little(BigInt(value.length - 10 * (level + 1)), 4)], 10 * level);
    }
    expect(refusal(NO_NAMES, value)).toMatch(/deep/);
  });

  test("damage never ends in anything else", () => {
    const value: Value = { a: [1n, "text", { b: null, c: 2.5 }], d: "x".repeat(100), e: 2n ** 40n };
    const names = namesIn([value]);
    const whole = encodeValue(value, names);
    const metadata = encodeMetadata(names, 2);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length + metadata.length), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        fc.nat(whole.length),
        (changes, cut) => {
          const all = Uint8Array.from([...metadata, ...whole]);
          for (const [at, byte] of changes) all[at] = byte;
          try {
            JSON.parse(
              variantToJson(all.subarray(0, metadata.length), all.subarray(metadata.length, all.length - (cut % 3))),
            );
          } catch (error) {
            if (!isDeltaError(error, "VALUE_INVALID")) throw error;
          }
        },
      ),
      { seed: 5, numRuns: 1000 },
    );
  });
});
