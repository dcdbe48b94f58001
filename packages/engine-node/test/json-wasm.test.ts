import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DecodedRows, DecoderOptions, LinesEnd } from "../dist/json/decode/decoded-rows.js";
import type { JsonShape } from "../dist/json/decode/json-shape.js";
import { ScriptDecoder } from "../dist/json/decode/script-decoder.js";
import { LineDecoder } from "../dist/json/line-decoder.js";
import { linesInstance } from "../dist/json/wasm/lines-instance.js";
import { WasmDecoder } from "../dist/json/wasm/wasm-decoder.js";
import { cases } from "./parquet-cases.js";

const encoder = new TextEncoder();
const LARGE = 64 * 1024;

interface Outcome {
  readonly batches: readonly DecodedRows[];
  readonly end: LinesEnd;
}

function outcome(decoding: Generator<DecodedRows, LinesEnd, undefined>): Outcome {
  const batches: DecodedRows[] = [];
  let next = decoding.next();
  for (; !next.done; next = decoding.next()) batches.push(next.value);
  return { batches, end: next.value };
}

/** Holds what comes of lines against what the decoder in JavaScript makes of them, and tells how many lines WebAssembly read. */
function compare(parts: readonly Uint8Array[], options: DecoderOptions): number {
  linesInstance(LARGE);
  const decoder = new LineDecoder(options.shapes, options.batchRows, options.choose);
  const script = new ScriptDecoder(options);
  // Twice, since decoders are used again.
  for (let time = 0; time < 2; time++) {
    expect(outcome(decoder.decode(parts))).toEqual(outcome(script.decode(parts)));
  }
  return new WasmDecoder(options).decode(parts).lines;
}

const all = () => undefined;
const utf8 = (name: string, more: object = {}): JsonShape => ({ name, nullable: true, kind: "utf8", ...more });
const struct = (name: string, children: readonly JsonShape[], nullable = true): JsonShape => {
  return { name, nullable, kind: "struct", children };
};

const character = fc.oneof(
  { weight: 16, arbitrary: fc.constantFrom('\\"', "\\\\", "\\\\", "x", "n", "e") },
  { weight: 3, arbitrary: fc.constantFrom("é", "日", "🜚", " ", "\u007f") },
  { weight: 3, arbitrary: fc.constantFrom("\\n", "\\t", "\\/", "\\b", "\\f", "\\r", "\\u0041", "\\u00e9", "\\u65E5") },
  { weight: 1, arbitrary: fc.constantFrom("\\ud83d\\ude00", "\\ud83d", "\\ude00", "\\ud83d\\n", "\\ud83d\\u0041") },
);
const wrongCharacter = fc.constantFrom("\\x", "\\u12G4", "\\u12", "\u0001", "\t", "\\", '"', "\\\u0000");
const text = fc.array(character, { maxLength: 200, size: "max" }).map((parts) => parts.join(""));
const shortText = fc.array(character, { maxLength: 20 }).map((parts) => parts.join(""));

const number = fc.oneof(
  fc.integer().map(String),
  fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }).map(String),
  fc.constantFrom("0", "-0", "2147483647", "2147483648", "-2147483648", "-2147483649", "9007199254740993"),
  fc.constantFrom("9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809"),
  fc.constantFrom("999999999999999999", "9999999999999999999", "99999999999999999999", "100000000000000000000"),
);
const oddNumber = fc.constantFrom(
  "1.0",
  "1e3",
  "-1.5",
  "0.5E-7",
  "1E+2",
  "01",
  "-",
  "1.",
  ".5",
  "1e",
  "+1",
  "00",
  "-01",
);
const junk = fc.oneof(
  number,
  oddNumber,
  fc.constantFrom("true", "false", "null", "nul", "tru", "fals", "nulll", "", "{}", "[]", "{", "[1,{}", "[[[]]]"),
  fc.constantFrom(`${"[".repeat(70)}${"]".repeat(70)}`, '{"a":{"b":[1,"\\u0041"]}}', '[{"c":null},2.5e-3]'),
  shortText.map((of) => `"${of}"`),
  fc.tuple(shortText, wrongCharacter, shortText).map((of) => `"${of.join("")}"`),
);

const names = ["add", "path", "partitionValues", "a name that is longer than thirty-two bytes", "é", 'q"', "", "b"];

/** Shapes of what a log has, and of what it has not. */
const shape = (depth: number): fc.Arbitrary<JsonShape> => {
  const leaf = fc.constantFrom("bool", "int32", "int64", "int64", "utf8", "utf8", "utf8" as const);
  const leaves = fc.record({ name: fc.constant(""), nullable: mostly(true), kind: leaf }) as fc.Arbitrary<JsonShape>;
  if (depth === 0) return leaves;
  const inner = shape(depth - 1);
  const group = (kind: string, children: fc.Arbitrary<readonly JsonShape[]>) =>
    fc.record({ name: fc.constant(""), nullable: mostly(true), kind: fc.constant(kind), children });
  const key: JsonShape = { name: "key", nullable: false, kind: "utf8" };
  return fc.oneof(
    { weight: 3, arbitrary: leaves },
    { weight: 2, arbitrary: group("struct", shapesOf(depth - 1)) as fc.Arbitrary<JsonShape> },
    {
      weight: 1,
      arbitrary: group(
        "list",
        inner.map((of) => [of]),
      ) as fc.Arbitrary<JsonShape>,
    },
    {
      weight: 2,
      arbitrary: group(
        "map",
        inner.map((of) => [key, of]),
      ) as fc.Arbitrary<JsonShape>,
    },
  );
};
function mostly(value: boolean): fc.Arbitrary<boolean> {
  return fc.integer({ min: 0, max: 15 }).map((pick) => (pick > 0 ? value : !value));
}
function shapesOf(depth: number): fc.Arbitrary<readonly JsonShape[]> {
  return fc
    .tuple(fc.shuffledSubarray(names, { minLength: 1 }), fc.array(shape(depth), { minLength: 8, maxLength: 8 }))
    .map(([some, shapes]) => some.map((name, i) => ({ ...shapes[i]!, name })));
}

/** Defers some texts that no list or map has. */
function deferring(shapes: readonly JsonShape[], pick: number): readonly JsonShape[] {
  return shapes.map((of, i) => {
    if (of.kind === "utf8" && (pick >> (i & 3)) % 2 === 1) return { ...of, isDeferred: true };
    return of.kind === "struct" ? { ...of, children: deferring(of.children, pick >> 1) } : of;
  });
}

/** The JSON of a value for a shape: mostly as it should be, sometimes null, missing, twice, or something else. */
function jsonOf(of: JsonShape, oddness: number): fc.Arbitrary<string> {
  const odd = fc.oneof({ weight: 3, arbitrary: fc.constant("null") }, { weight: oddness, arbitrary: junk });
  const list = (items: readonly string[]) => items.join(",");
  const good = (): fc.Arbitrary<string> => {
    switch (of.kind) {
      case "bool":
        return fc.constantFrom("true", "false");
      case "int32":
        return fc.integer().map(String);
      case "int64":
        return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String);
      case "float64":
        return fc.double({ noNaN: true, noDefaultInfinity: true }).map(String);
      case "utf8":
        return fc.oneof(shortText, text).map((content) => `"${content}"`);
      case "struct":
        return membersOf(of.children, oddness);
      case "list":
        return fc.array(jsonOf(of.children[0]!, oddness), { maxLength: 4 }).map((items) => `[${list(items)}]`);
      case "map":
        return fc
          .array(fc.tuple(shortText, jsonOf(of.children[1]!, oddness)), { maxLength: 4 })
          .map((entries) => `{${list(entries.map(([key, value]) => `"${key}" : ${value}`))}}`);
    }
  };
  if (oddness === 0 && !of.nullable) return good();
  return fc.oneof({ weight: 40, arbitrary: good() }, { weight: 1 + oddness, arbitrary: odd });
}

function membersOf(shapes: readonly JsonShape[], oddness: number): fc.Arbitrary<string> {
  const known = shapes.map((of) => {
    const name = JSON.stringify(of.name);
    const member = jsonOf(of, oddness).map((value) => `${name}:${value}`);
    if (oddness === 0 && !of.nullable) return member;
    // With an escape in a name, a line is read in JavaScript.
    return oddness === 0 && name.includes("\\") ? fc.constant("") : fc.option(member, { freq: 4, nil: "" });
  });
  const other = fc.tuple(
    fc.constantFrom('"other"', '"pat"', '"pathx"', '\t"x"', ...(oddness > 0 ? ['"\\u0061dd"', "x", '"path"'] : [])),
    oddness > 0 ? junk : fc.constantFrom("1.5e3", '"\\n"', '{"a":[]}', "[null,true]"),
  );
  return fc
    .tuple(fc.tuple(...known), fc.array(other, { maxLength: 1 }), fc.boolean(), fc.constantFrom("", " ", " \t\r"))
    .map(([members, others, isReversed, blank]) => {
      const texts = [...members.filter((member) => member !== ""), ...others.map(([name, of]) => `${name}:${of}`)];
      return `{${blank}${(isReversed ? texts.reverse() : texts).join(`${blank},${blank}`)}${blank}}`;
    });
}

function caseOf(oddness: number): fc.Arbitrary<{ options: DecoderOptions; parts: readonly Uint8Array[] }> {
  return fc
    .tuple(shapesOf(2), fc.nat(31), fc.integer({ min: 1, max: 9 }), fc.constantFrom(0, 1, 2, 3))
    .chain(([plain, pick, batchRows, choice]) => {
      const shapes = deferring(plain, pick);
      const line = fc.oneof(
        { weight: 30, arbitrary: membersOf(shapes, oddness) },
        { weight: 2, arbitrary: fc.constantFrom("", " ", "\r", "{}", '{"nobody":1}', '{"nobody":1,"no":2}') },
        ...(oddness > 0 ? [{ weight: 1, arbitrary: junk }] : []),
      );
      return fc.tuple(fc.array(line, { maxLength: 12 }), fc.nat(12)).map(([lines, cut]) => ({
        options: { shapes, batchRows, choose: choosing(choice) },
        parts: [lines.slice(0, cut), lines.slice(cut)]
          .filter(({ length }) => length > 0)
          .map((some) => encoder.encode(`${some.join("\n")}\n`)),
      }));
    });
}

/** All rows, none, those from the second on, or every second one. */
function choosing(choice: number): DecoderOptions["choose"] {
  return ({ numRows }) => {
    if (choice === 0) return undefined;
    if (choice === 1) return Int32Array.of();
    if (choice === 2) return Int32Array.of(Math.min(1, numRows), numRows);
    return Int32Array.from({ length: 2 * Math.ceil(numRows / 2) }, (_, i) => 2 * (i >> 1) + (i & 1));
  };
}

describe("lines of JSON in WebAssembly", () => {
  it("are left to JavaScript until there are enough of them", () => {
    expect(linesInstance(LARGE - 1)).toBeUndefined();
    expect(linesInstance(LARGE)).toBeDefined();
    expect(linesInstance(1)).toBeDefined();
  });

  it("are left to it where there is no memory for them", () => {
    const instance = linesInstance(LARGE)!;
    const { length } = instance.bytes;
    expect(instance.reserve(2 ** 34)).toBe(false);
    expect(instance.bytes).toHaveLength(length);
    // Room for lists of lists of numbers, whose items may be half as many as bytes, each in its own column.
    const list = (depth: number): JsonShape => {
      const element: JsonShape = { name: "element", nullable: true, kind: "int64" };
      return { name: `${depth}`, nullable: true, kind: "list", children: [depth === 0 ? element : list(depth - 1)] };
    };
    const shapes = Array.from({ length: 8 }, (_, i) => ({ ...list(8), name: `${i}` }));
    const options = { shapes, batchRows: 1000, choose: all };
    const lines = encoder.encode(`{"0":[[1]]${" ".repeat(4_000_000)}}\n`);
    expect(new WasmDecoder(options).decode([lines])).toEqual({ batches: [], bytes: 0, lines: 0 });
    expect(outcome(new LineDecoder(shapes, 1000).decode([lines])).end).toMatchObject({ line: 1 });
  });

  it("make the columns that they make in JavaScript, bit by bit", () => {
    let lines = 0;
    let read = 0;
    fc.assert(
      fc.property(caseOf(0), ({ options, parts }) => {
        read += compare(parts, options);
        lines += parts.reduce((sum, part) => sum + part.filter((byte) => byte === 0x0a).length, 0);
      }),
      { numRuns: cases(200), seed: 21 },
    );
    // A required name with an escape is nothing that it reads.
    expect(read / lines).toBeGreaterThan(0.8);
  });

  it("make the same columns or errors as in JavaScript, whatever is wrong with them", () => {
    fc.assert(
      fc.property(caseOf(1), ({ options, parts }) => {
        compare(parts, options);
      }),
      { numRuns: cases(500), seed: 22 },
    );
  });

  it("make the same of each byte that is changed, and of each that is missing", () => {
    const line =
      '{"add":{"path":"a\\u00e9\\n\\"b","size":-12,"tags":{"k":null,"l":"\\\\"},"flag":true,"list":["x",null]},"int":7,"other":[1.5e+3,{}]}\n';
    const int = (name: string): JsonShape => ({ name, nullable: true, kind: "int32" });
    const shapes: readonly JsonShape[] = [
      struct("add", [
        utf8("path"),
        { name: "size", nullable: true, kind: "int64" },
        { name: "tags", nullable: true, kind: "map", children: [utf8("key", { nullable: false }), utf8("value")] },
        { name: "flag", nullable: true, kind: "bool" },
        { name: "list", nullable: true, kind: "list", children: [utf8("element")] },
      ]),
      int("int"),
    ];
    const options = { shapes, batchRows: 2, choose: all };
    const bytes = encoder.encode(line.repeat(3));
    expect(compare([bytes], options)).toBe(3);
    for (let at = line.length; at < 2 * line.length - 1; at++) {
      const cut = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
      compare([cut], options);
      for (const byte of [0x20, 0x22, 0x5c, 0x7d, 0x5d, 0x2c, 0x3a, 0x30, 0x65, 0x6e, 0x01, 0x0a, 0x0d, 0xe9, 0xc3]) {
        const changed = bytes.slice();
        changed[at] = byte;
        compare([changed], options);
      }
    }
  });

  it("are refused as they are elsewhere, wherever in 64 bytes the fault is", () => {
    const shapes = [utf8("id", { nullable: false }), utf8("text")];
    for (const isWanted of [true, false]) {
      for (let at = 0; at < 130; at++) {
        for (const fault of ["\\x", "\\u12G4", "\u0001", "\\\t", "\\"]) {
          const json = `{"id":"","${isWanted ? "text" : "other"}":"\\"${"a".repeat(at)}${fault}"}`;
          const { end } = outcome(new LineDecoder(shapes, 5).decode([encoder.encode(`{"id":"1"}\n${json}\n`)]));
          expect(end, `${at} ${fault}`).toMatchObject({ line: 2, reason: expect.stringContaining("not JSON") });
        }
      }
    }
  });

  it("make what JSON.parse makes of long texts, however they are escaped", () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 12 }), (texts) => {
        const json = texts.map((of) => `{"other":"${of}","text":"${of}"}\n`).join("");
        const decoder = new LineDecoder([utf8("text")], 100);
        const { batches } = outcome(decoder.decode([encoder.encode(json)]));
        const { offsets, values } = batches[0]!.columns[0]!;
        texts.forEach((of, i) => {
          const wanted = encoder.encode(JSON.parse(`"${of}"`) as string);
          expect((values as Uint8Array).subarray(offsets![i], offsets![i + 1])).toEqual(wanted);
        });
      }),
      { numRuns: cases(200), seed: 8 },
    );
  });

  it("are read where they are of other types than a log has, and by decoders that take turns", () => {
    const shapes = [utf8("id"), { name: "x", nullable: true, kind: "float64" } as const];
    const fractions = new LineDecoder(shapes, 1).decode([encoder.encode('{"id":"1","x":0.5}\n{"id":"2","x":1e3}\n')]);
    const others = ["one", "other"].map((name) => {
      const lines = Array.from({ length: 300 }, (_, i) => `{"id":"${i}","text":"\\"${name}\\" \\\\ ${i}"}\n`);
      return new LineDecoder([utf8("id"), utf8("text")], 100).decode([encoder.encode(lines.join(""))]);
    });
    const decoder = new TextDecoder();
    for (let turn = 0; turn < 3; turn++) {
      others.forEach((batches, i) => {
        const { values, offsets } = (batches.next().value as DecodedRows).columns[1]!;
        const last = decoder.decode((values as Uint8Array).subarray(offsets![99], offsets![100]));
        expect(last).toBe(`"${["one", "other"][i]}" \\ ${turn * 100 + 99}`);
      });
    }
    const { batches, end } = outcome(fractions);
    expect(batches.map(({ columns }) => columns[1]!.values)).toEqual([Float64Array.of(0.5), Float64Array.of(1000)]);
    expect(end).toEqual({ lines: 2 });
  });

  it("are each read once, where the last text of a batch is not wanted and more lines follow", () => {
    const lines = encoder.encode('{"id":"1","text":"a"}\n{"id":"2"}\n{"id":"3","text":"c"}\n{"id":"4","text":"d"}\n');
    const options = { shapes: [utf8("id"), utf8("text", { isDeferred: true })], batchRows: 2, choose: choosing(3) };
    expect(outcome(new ScriptDecoder(options).decode([lines]))).toMatchObject({
      batches: [
        { columns: [{ values: encoder.encode("12") }, { values: encoder.encode("a") }] },
        { columns: [{}, { nullCount: 1 }] },
      ],
      end: { lines: 4 },
    });
    expect(compare([lines], options)).toBe(4);
  });

  it("go to JavaScript for good where it has to step in again and again", () => {
    const decoder = new WasmDecoder({ shapes: [utf8("id")], batchRows: 10, choose: all });
    const good = encoder.encode('{"id":"1"}\n');
    for (let time = 0; time < 3; time++) {
      expect(decoder.decode([good]).lines).toBe(1);
      expect(decoder.decode([encoder.encode('{"\\u0069d":"1"}\n')]).lines).toBe(0);
    }
    expect(decoder.decode([good]).lines).toBe(0);
  });
});
