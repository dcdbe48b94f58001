import { nodeEngine } from "@asyncdelta/engine-node";
import { parseExactJson } from "@asyncdelta/kernel-core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const { json } = nodeEngine();
const path = "file:///t/_delta_log/00000000000000000000.json";
const bytesOf = (text: string) => new TextEncoder().encode(text);
const parse = (text: string | Uint8Array) => json.parseLines(typeof text === "string" ? bytesOf(text) : text, { path });
const failure = (text: string | Uint8Array) =>
  parse(text).then(
    () => expect.fail("was accepted"),
    (error) => error,
  );

describe("lines", () => {
  test("one object a line, in order, with or without a newline at the end", async () => {
    expect(await parse('{"a":1}\n{"b":[true,null]}\n')).toEqual([{ a: 1 }, { b: [true, null] }]);
    expect(await parse('{"a":1}\n{"b":2}')).toEqual([{ a: 1 }, { b: 2 }]);
    expect(await parse("")).toEqual([]);
  });

  test("blank lines and carriage returns are passed over", async () => {
    expect(await parse('\n  \t\r\n{"a":1}\r\n\r\n\n{"b":2}\r\n \n')).toEqual([{ a: 1 }, { b: 2 }]);
  });

  test("a byte order mark is dropped in front of everything, and nowhere else", async () => {
    expect(await parse('\ufeff{"a":"\ufeff"}\n')).toEqual([{ a: "\ufeff" }]);
    expect(await failure('{"a":1}\n\ufeff{"b":2}\n')).toMatchObject({ code: "LOG_CORRUPT" });
  });

  test("nothing is lost of a long, wherever it stands", async () => {
    const text = '{"a":9223372036854775807,"b":[-9007199254740993],"c":"9007199254740993","d":9007199254740991}';
    expect(await parse(text)).toEqual([
      { a: 9223372036854775807n, b: [-9007199254740993n], c: "9007199254740993", d: 9007199254740991 },
    ]);
  });

  test("the last of two equal keys counts, as in JSON.parse, whatever the numbers", async () => {
    expect(await parse('{"a":1,"a":2}')).toEqual([{ a: 2 }]);
    expect(await parse('{"a":1,"a":2,"b":12345678901234567890}')).toEqual([{ a: 2, b: 12345678901234567890n }]);
  });

  test("__proto__ is a key like any other", async () => {
    for (const text of ['{"__proto__":{"polluted":1}}', '{"__proto__":{"polluted":12345678901234567890}}']) {
      const [object] = await parse(text);
      expect(Object.keys(object!)).toEqual(["__proto__"]);
      expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
    }
  });
});

describe("what is not an object a line fails with LOG_CORRUPT and its line number", () => {
  test.each([
    ["torn at the end", '{"a":1}\n{"b":', 2],
    ["torn in the middle", '{"a":1}\n{"b":\n{"c":1}', 2],
    ["two objects in a line", '{"a":1}{"b":2}', 1],
    ["two objects with a comma between", '{"a":1},{"b":2}', 1],
    ["an array", '\n[{"a":1}]', 2],
    ["a number", '{"a":1}\n\n17', 3],
    ["null", "null", 1],
    ["NaN", '{"a":NaN}', 1],
    ["Infinity", '{"a":-Infinity}', 1],
    ["single quotes", "{'a':1}", 1],
    ["a comment", '{"a":1} // so', 1],
    ["a comma too many", '{"a":1,}', 1],
    ["a leading zero", '{"a":01}', 1],
    ["a leading zero of a long", '{"a":012345678901234567}', 1],
    ["a raw control character", '{"a":"\u0001"}', 1],
    ["an object over two lines", '{"a":1}\n{\n"b":2}', 2],
  ])("%s", async (_what, text, line) => {
    const error = await failure(text);
    expect(error).toMatchObject({ code: "LOG_CORRUPT", path });
    expect(error.message).toMatch(new RegExp(`^${path}, line ${line}: `));
  });

  test("bytes that are no UTF-8", async () => {
    for (const bad of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80], [0xf4, 0x90, 0x80, 0x80]]) {
      const bytes = new Uint8Array([...bytesOf('{"é":1}\n{"a":"'), ...bad, ...bytesOf('"}\n{"b":1}')]);
      expect((await failure(bytes)).message).toBe(`${path}, line 2: not UTF-8.`);
    }
  });

  test("also far into a large input, where the number is right", async () => {
    const good = `${JSON.stringify({ add: { path: "x".repeat(1000) } })}\n`;
    const lines = 3000;
    expect((await failure(`${good.repeat(lines)}oops\n${good}`)).message).toContain(`line ${lines + 1}:`);
    const bytes = bytesOf(`${good.repeat(lines)}\n\n"\ufffe"`);
    bytes[bytes.length - 2] = 0xff;
    expect((await failure(bytes)).message).toContain(`line ${lines + 3}: not UTF-8`);
  });
});

test("any objects come back as they were, in whatever slices", async () => {
  const object = fc.dictionary(
    fc.string({ unit: "grapheme" }),
    fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.bigInt({ min: 2n ** 53n, max: 2n ** 80n }), fc.integer()),
  );
  const text = (value: unknown): string =>
    JSON.stringify(value, (_key, part) => (typeof part === "bigint" ? `bigint:${part}` : part)).replace(
      /"bigint:(\d+)"/g,
      "$1",
    );
  await fc.assert(
    fc.asyncProperty(
      fc.array(object, { maxLength: 20 }),
      fc.constantFrom("\n", "\r\n", "\n\n"),
      async (objects, end) => {
        const lines = objects.map(text);
        expect(await parse(lines.join(end))).toEqual(lines.map((line) => parseExactJson(line)));
      },
    ),
    { seed: 7, numRuns: 300 },
  );
});

describe("large input", () => {
  const line = `${JSON.stringify({ add: { path: "x".repeat(100), stats: '{"numRecords":1}'.repeat(40) } })}\n`;
  const large = bytesOf(line.repeat(20_000));

  test("leaves the event loop its turns", async () => {
    let turns = 0;
    const ticker = setInterval(() => turns++, 1);
    expect(await parse(large)).toHaveLength(20_000);
    clearInterval(ticker);
    expect(turns).toBeGreaterThan(5);
  });

  test("stops when its signal aborts", async () => {
    const controller = new AbortController();
    const parsing = json.parseLines(large, { path, signal: controller.signal });
    setTimeout(() => controller.abort("why"), 5);
    await expect(parsing).rejects.toMatchObject({ code: "ABORTED", cause: "why" });
    await expect(json.parseLines(bytesOf("{}"), { path, signal: controller.signal })).rejects.toMatchObject({
      code: "ABORTED",
    });
  });

  test("one line of many megabytes is one line", async () => {
    const [object] = await parse(JSON.stringify({ a: "y".repeat(5_000_000) }));
    expect(object).toEqual({ a: "y".repeat(5_000_000) });
  });
});
