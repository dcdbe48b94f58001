import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ColumnBuffers } from "../dist/json/decode/column-buffers.js";
import type { JsonShape } from "../dist/json/decode/json-shape.js";
import { LineDecoder } from "../dist/json/decode/line-decoder.js";
import { textArena } from "../dist/json/decode/text-arena.js";

const LARGE = 64 * 1024;
const encoder = new TextEncoder();
const shapes: readonly JsonShape[] = [
  { name: "id", nullable: false, kind: "utf8" },
  { name: "text", nullable: true, kind: "utf8" },
];

interface Line {
  readonly text: string;
  /** As JSON, which escapes more than it has to. */
  readonly json: string;
}

/** What a character may be written as in a JSON string. */
function escapes(character: string): string[] {
  const plain = JSON.stringify(character).slice(1, -1);
  const units = Array.from({ length: character.length }, (_, i) => character.charCodeAt(i));
  const unicode = units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
  return character === "/" ? [plain, "\\/", unicode] : [plain, unicode];
}

const character = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('"', "\\", "\\", "x", "n") },
  { weight: 2, arbitrary: fc.constantFrom("\n", "\t", "/", "é", "日", "🜚", " ") },
);
/** Mostly quotes and backslashes, so that runs of them go over every edge. */
const line: fc.Arbitrary<Line> = fc
  .array(fc.tuple(character, fc.integer({ min: 0, max: 20 })), { maxLength: 300, size: "max" })
  .map((parts) => {
    const json = parts.map(([text, pick]) => escapes(text)[pick > 18 ? (pick % 2) + 1 : 0] ?? escapes(text)[0]!);
    return { text: parts.map(([text]) => text).join(""), json: json.join("") };
  });

/** Decodes lines in front of so much else that they are walked over in WebAssembly. */
function decode(lines: readonly string[], names: readonly JsonShape[] = shapes): { id: string; text: string | null }[] {
  const filler = `{"id":"filler","other":"${'\\\\\\"'.repeat(LARGE / 5)}"}`;
  const bytes = encoder.encode(`${[...lines, filler].join("\n")}\n`);
  const rows: { id: string; text: string | null }[] = [];
  const batches = new LineDecoder(names, 7).decode([bytes]);
  let next = batches.next();
  for (; !next.done; next = batches.next()) {
    const [ids, texts] = next.value.columns.map(textsOf);
    for (let i = 0; i < next.value.numRows; i++) rows.push({ id: ids![i]!, text: texts?.[i] ?? null });
  }
  if ("reason" in next.value) throw new Error(`line ${next.value.line}: ${next.value.reason}`);
  expect(rows.pop()?.id).toBe("filler");
  return rows;
}

function textsOf({ length, offsets, values, nullBitmap }: ColumnBuffers): (string | null)[] {
  const decoder = new TextDecoder();
  return Array.from({ length }, (_, i) => {
    if (nullBitmap !== undefined && ((nullBitmap[i >> 3]! >> (i & 7)) & 1) === 0) return null;
    return decoder.decode((values as Uint8Array).subarray(offsets![i], offsets![i + 1]));
  });
}

describe("texts in much JSON", () => {
  it("are walked over in WebAssembly", () => {
    expect(textArena(LARGE)).toBeDefined();
    expect(textArena(LARGE - 1)).toBeUndefined();
  });

  it("are what JSON.parse makes of them, however they are escaped", () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), (lines) => {
        const json = lines.map(({ json }, i) => `{"id":"${i}","text":"${json}"}`);
        for (const one of json) JSON.parse(one);
        expect(decode(json)).toEqual(lines.map(({ text }, i) => ({ id: `${i}`, text })));
      }),
      { numRuns: 60, seed: 8 },
    );
  });

  it("are passed over where nobody wants them, and what follows is read", () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), (lines) => {
        const json = lines.map(({ json }, i) => `{"text":"${json}","id":"${i}"}`);
        expect(decode(json, shapes.slice(0, 1)).map(({ id }) => id)).toEqual(lines.map((_, i) => `${i}`));
      }),
      { numRuns: 60, seed: 8 },
    );
  });

  it("are refused as they are elsewhere, wherever in 64 bytes the fault is", () => {
    for (const isWanted of [true, false]) {
      for (let at = 0; at < 130; at++) {
        for (const fault of ["\\x", "\\u12G4", "\u0001", "\\\t", "\\"]) {
          const text = `{"id":"","${isWanted ? "text" : "other"}":"\\"${"a".repeat(at)}${fault}"}`;
          expect(() => JSON.parse(text)).toThrow();
          expect(() => decode([text]), `${at} ${fault}`).toThrow(/line 1: not JSON/);
        }
      }
    }
  });

  it("are not mixed up by decoders that take turns", () => {
    const [one, other] = ["one", "other"].map((name) => {
      const lines = Array.from({ length: 3000 }, (_, i) => `{"id":"${i}","text":"\\"${name}\\" \\\\ ${i}"}\n`);
      return new LineDecoder(shapes, 100).decode([encoder.encode(lines.join(""))]);
    });
    const found: Record<string, number> = { one: 0, other: 0 };
    for (let turn = 0; turn < 30; turn++) {
      for (const [name, batches] of [
        ["one", one!],
        ["other", other!],
      ] as const) {
        const next = batches.next();
        if (next.done === true) throw new Error("too few batches");
        for (const text of textsOf(next.value.columns[1]!)) expect(text).toBe(`"${name}" \\ ${found[name]!++}`);
      }
    }
    expect(found).toEqual({ one: 3000, other: 3000 });
  });
});
