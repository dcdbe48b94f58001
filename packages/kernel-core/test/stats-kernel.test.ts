import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makeMemory } from "../src/kernels/kernel-memory.js";
import { StatsKernel } from "../src/skipping/stats-kernel.js";
import { StatsScanner, type Utf8Text, type Wanted } from "../src/skipping/stats-scanner.js";

const PLACES = 5;
const WANTED: Wanted = new Map<string, Wanted>([
  ["numRecords", 0],
  [
    "minValues",
    new Map<string, Wanted>([
      ["a", 1],
      ["größe", 2],
    ]),
  ],
  [
    "maxValues",
    new Map<string, Wanted>([
      ["a", 3],
      ["s", new Map([["x", 4]])],
    ]),
  ],
]);
const kernel = new StatsKernel(makeMemory()!, WANTED, PLACES);
const scanner = new StatsScanner(WANTED, PLACES);

/** As text that has neighbours, which must not be looked at. */
function utf8(text: string, before = "[", behind = '"}]0"\\'): Utf8Text {
  const bytes = new TextEncoder().encode(before + text + behind);
  const start = new TextEncoder().encode(before).length;
  return { bytes, start, end: bytes.length - new TextEncoder().encode(behind).length };
}

function read(source: StatsKernel | StatsScanner, text: Utf8Text): unknown {
  if (!source.scan(text)) return "no JSON";
  return Array.from({ length: PLACES }, (_, place) => [source.number(place), source.text(place)]);
}

function expectSame(text: string): void {
  expect(read(kernel, utf8(text))).toEqual(read(scanner, utf8(text)));
}

const digits = (most: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${most}}$`));
const number = fc
  .tuple(
    fc.constantFrom("", "-"),
    fc.oneof(fc.constant("0"), digits(20)),
    fc.oneof(
      fc.constant(""),
      digits(20).map((text) => `.${text}`),
    ),
    fc.constantFrom("", "", "", "e5", "E-3", "e+0"),
  )
  .map((parts) => parts.join(""));
const scalar = fc.oneof(
  number,
  fc.constantFrom(
    "null",
    "true",
    "false",
    "0",
    "-0",
    "9007199254740991",
    "9007199254740992",
    "0.1",
    "123456789012345.678",
  ),
  fc.string({ unit: "binary" }).map((text) => JSON.stringify(text)),
  fc.string().map((text) => JSON.stringify(text)),
);
const name = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .constantFrom("numRecords", "minValues", "maxValues", "a", "größe", "s", "x")
      .map((text) => JSON.stringify(text)),
  },
  { weight: 1, arbitrary: fc.constantFrom('"\\u0061"', '"\\q"', '""', '"numRecord"', '"aa"') },
);
const blank = fc.constantFrom("", "", "", " ", "\n\t", "\r ");
const { value } = fc.letrec<{ value: string; object: string }>((tie) => ({
  value: fc.oneof(
    { weight: 4, arbitrary: scalar },
    { weight: 2, arbitrary: tie("object") },
    { weight: 1, arbitrary: fc.array(tie("value"), { maxLength: 3 }).map((items) => `[${items.join(",")}]`) },
  ),
  object: fc
    .array(fc.tuple(blank, name, blank, tie("value"), blank), { maxLength: 6 })
    .map((members) => `{${members.map(([a, key, b, of, c]) => `${a}${key}${b}:${b}${of}${c}`).join(",")}}`),
}));

describe("the kernel for statistics", () => {
  test("finds in any JSON what the scanner finds", () => {
    fc.assert(
      fc.property(fc.tuple(blank, value, blank), (parts) => expectSame(parts.join(""))),
      { numRuns: 5000 },
    );
  });

  test("finds in damaged JSON what the scanner finds", () => {
    const damage = fc.tuple(
      value,
      fc.nat(),
      fc.nat(3),
      fc.constantFrom("", '"', "\\", "{", "}", ",", ":", "0", ".", "e", "-", "\0", "é"),
    );
    fc.assert(
      fc.property(damage, ([text, at, length, put]) => {
        const from = at % (text.length + 1);
        expectSame(text.slice(0, from) + put + text.slice(from + length));
      }),
      { numRuns: 5000 },
    );
  });

  test.each([
    ["kernel", kernel],
    ["scanner", scanner],
  ])("reads a number exactly, or leaves it to its text: %s", (_, source) => {
    const near = fc.nat(100).map((less) => String(Number.MAX_SAFE_INTEGER - less));
    fc.assert(
      fc.property(fc.oneof(number, near), (text) => {
        if (!source.scan(utf8(`{"numRecords":${text}}`))) return;
        const found = source.number(0);
        if (found !== undefined) expect(found).toBe(Number(text));
        expect(source.text(0)).toEqual({ text, quoted: false });
      }),
      { numRuns: 3000 },
    );
  });

  test.each([
    ["nesting to the limit", `${'{"a":'.repeat(500)}{}${"}".repeat(500)}`],
    ["nesting beyond it", `${"[".repeat(502)}${"]".repeat(502)}`],
    ["a text that ends in a string", '{"numRecords":"12'],
    ["a text that ends behind a backslash", '{"numRecords":"12\\'],
    ["a text that ends in a word", '{"numRecords":nul'],
    ["a member twice", '{"numRecords":1,"numRecords":2}'],
    ["a null behind a value", '{"numRecords":1,"numRecords":null}'],
    ["an object for a value", '{"numRecords":{"numRecords":1}}'],
    ["a value for an object", '{"minValues":5,"maxValues":[1]}'],
    ["an escape in a wanted value", '{"minValues":{"a":"x\\ty"}}'],
    ["an escape that is none", '{"minValues":{"a":"x\\qy"}}'],
    ["nothing", ""],
  ])("agrees with the scanner on %s", (_, text) => expectSame(text));

  test("reads a text that is longer than its memory, and one that is too long to be copied", () => {
    for (const length of [200_000, 2_000_000]) {
      expectSame(`{"numRecords":7,"minValues":{"a":"${"é".repeat(length / 2)}"},"maxValues":{"a":3.5}}`);
    }
  });

  test("shares its memory with others in turn", () => {
    const memory = makeMemory()!;
    const one = new StatsKernel(memory, new Map([["a", 0]]), 1);
    const other = new StatsKernel(memory, new Map([["b", 0]]), 2);
    for (const [source, expected] of [
      [one, 1],
      [other, 2],
      [one, 1],
    ] as const) {
      expect(source.scan(utf8('{"a":1,"b":2}'))).toBe(true);
      expect(source.number(0)).toBe(expected);
    }
  });
});
