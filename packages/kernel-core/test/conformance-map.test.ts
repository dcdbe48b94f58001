import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";

const ROOT = new URL("../../../", import.meta.url);
const CORNERS = 76;

interface Corner {
  readonly number: number;
  readonly title: string;
  readonly tests: { readonly file: string; readonly title: string }[];
  /** Why it concerns writing alone. */
  readonly writing: string[];
}

async function readMap(): Promise<Corner[]> {
  const corners: Corner[] = [];
  for (const line of (await readFile(new URL("docs/conformance.md", ROOT), "utf8")).split("\n")) {
    const corner = /^(\d+)\. \*\*(.+)\*\*$/.exec(line);
    const entry = /^ {4}- (?:`([^`]+)`: |(Writing): )(.+)$/.exec(line);
    if (corner !== null) corners.push({ number: Number(corner[1]), title: corner[2]!, tests: [], writing: [] });
    else if (entry?.[1] !== undefined) corners.at(-1)!.tests.push({ file: entry[1], title: entry[3]! });
    else if (entry !== null) corners.at(-1)!.writing.push(entry[3]!);
    // A line that looks like one of these and is none would be lost.
    else expect(line).not.toMatch(/^\s*(\d+\.|-) /);
  }
  return corners;
}

const corners: readonly Corner[] = await readMap();

describe("the map of corners", () => {
  test("has every corner once, in order, under a title of its own", () => {
    expect(corners.map(({ number }) => number)).toEqual(Array.from({ length: CORNERS }, (_, i) => i + 1));
    expect(new Set(corners.map(({ title }) => title)).size).toBe(CORNERS);
  });

  test.each(corners)("has tests for corner $number, or a reason why it concerns writing: $title", async (corner) => {
    const { tests, writing } = corner;
    if (writing.length > 0) {
      expect({ tests, reasons: writing.length }).toEqual({ tests: [], reasons: 1 });
      expect(writing[0]!.length).toBeGreaterThan(20);
      return;
    }
    expect(tests.length).toBeGreaterThan(0);
    for (const { file, title } of tests) {
      expect(file).toMatch(/^[\w-]+\/(test\/[\w-]+\.test\.ts|src\/testing\/conformance\/[\w-]+\.ts)$/);
      const source = await readFile(new URL(`packages/${file}`, ROOT), "utf8");
      const literals = [JSON.stringify(title), `'${title}'`, `\`${title}\``];
      expect(
        literals.some((literal) => source.includes(literal)),
        `${file} has no test ${title}`,
      ).toBe(true);
    }
  });
});
