import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonValue } from "../src/engine/json.js";
import { parseExactJson, stringifyExactJson } from "../src/json/exact-json.js";

/** An integer that a double cannot hold makes the parser take its own road; it means nothing else here. */
const exact = (text: string): JsonValue => (parseExactJson(`[12345678901234567,${text}]`) as JsonValue[])[1]!;

describe("integers", () => {
  test.each([
    ["9007199254740991", 9007199254740991],
    ["9007199254740992", 9007199254740992n],
    ["-9007199254740993", -9007199254740993n],
    ["9223372036854775807", 9223372036854775807n],
    ["123456789012345678901234567890", 123456789012345678901234567890n],
    ["1234567890123456789.0", 1234567890123456800],
    ["1234567890123456789e0", 1234567890123456800],
    ["-0", -0],
  ])("%s", (text, value) => {
    expect(exact(text)).toBe(value);
  });
});

test("integers of any size come exactly, wherever they stand, and only those that must are bigints", () => {
  const integer = fc.oneof(
    fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }),
    fc.bigInt({ min: 2n ** 53n - 3n, max: 2n ** 53n + 3n }).map((value) => (value % 2n === 0n ? value : -value)),
    fc.maxSafeInteger().map(BigInt),
  );
  const wanted = (value: bigint) => (Number.isSafeInteger(Number(value)) ? Number(value) : value);
  fc.assert(
    fc.property(integer, integer, fc.string(), (one, other, text) => {
      const json = `{"${one}":${JSON.stringify(text + one)},"a":[${one},{"b":${other},"c":${other}.0}]}`;
      expect(parseExactJson(json)).toEqual({
        [String(one)]: text + one,
        a: [wanted(one), { b: wanted(other), c: Number(other) }],
      });
    }),
    { seed: 6, numRuns: 500 },
  );
  expect(parseExactJson(`[1${"0".repeat(400)}]`)).toEqual([10n ** 400n]);
});

describe("everything else is as in JSON.parse", () => {
  test("values", () => {
    // Of any UTF-16 units, halves of pairs included.
    const string = fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)), maxLength: 20 });
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, true, false, 0, -1, 2 ** 53 - 1, 1e21, 5e-324),
        fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Number.isInteger(n)),
        string,
        fc.array(tie("value"), { maxLength: 4 }),
        fc.dictionary(string, tie("value"), { maxKeys: 4, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(value, fc.constantFrom("", " ", "\t\r\n"), (wanted, blank) => {
        const text = JSON.stringify(wanted, undefined, blank.length);
        expect(exact(blank + text + blank)).toEqual(JSON.parse(text));
      }),
      { seed: 5, numRuns: 300 },
    );
  });

  test("the same texts are refused", () => {
    const seeds = ['{"a":[1,2.5e-3,"x\\u0041\\n"],"b":{"c":null,"d":true}}', '[false,"é\\"\\\\",{},[],-0.0]'];
    fc.assert(
      fc.property(
        fc.constantFrom(...seeds),
        fc.nat(60),
        fc.nat(3),
        fc.constantFrom("", "0", "\\", '"', ",", "}", "]", "\u0001", "e", "-", ".", "u", "]", "{"),
        (seed, at, length, splice) => {
          const text = seed.slice(0, at) + splice + seed.slice(at + length);
          let plain: unknown;
          try {
            plain = JSON.parse(text);
          } catch {
            expect(() => exact(text)).toThrow(SyntaxError);
            return;
          }
          expect(exact(text)).toEqual(plain);
        },
      ),
      { seed: 5, numRuns: 2000 },
    );
  });

  test("text after the value is refused", () => {
    expect(() => parseExactJson("1234567890123456 x")).toThrow(SyntaxError);
    expect(() => parseExactJson("[1234567890123456")).toThrow(/end of text/);
  });

  test("__proto__ is a key like any other", () => {
    const value = exact('{"__proto__":{"polluted":1}}') as object;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value)).toEqual(["__proto__"]);
  });

  test("text nested without end is a SyntaxError", () => {
    expect(() => exact("[".repeat(100_000))).toThrow(SyntaxError);
  });
});

test("what is written is read back", () => {
  const value = { a: [1n << 63n, -(1n << 70n)], b: "\u0000\u2028é", c: null, d: { e: [] }, f: 0.1 };
  expect(parseExactJson(stringifyExactJson(value))).toEqual(value);
  expect(stringifyExactJson({ a: 9223372036854775807n })).toBe('{"a":9223372036854775807}');
});
