import { describe, expect, test } from "vitest";
import { spreadOf } from "../src/program/statistics.js";
import { comparisonTitle } from "../src/report/roads-section.js";
import type { Comparison } from "../src/roads/compare-roads.js";
import { COLUMNS, describeComparison } from "../src/roads/describe.js";
import { type Cost, ROADS } from "../src/roads/road.js";

const names = [...COLUMNS.map(({ cost }) => cost), "baseMib"] as const;
const cost = Object.fromEntries(names.map((name) => [name, spreadOf([1])])) as Record<
  keyof Cost,
  ReturnType<typeof spreadOf>
>;

function compared(root: string, latency: number): Comparison {
  const found = { version: 3, head: "", files: 2, size: 20, rows: 0, digest: "" };
  const roads = ROADS.map((road) => ({ road, cost }));
  return { root, latency, operation: "files", repeat: 1, width: 2, trace: false, found, roads };
}

describe("the words of a comparison", () => {
  test.each([
    ["file:///a/t/", 0, "files of t, local"],
    ["file:///a/t/", 30, "files of t, 30 ms to the first byte"],
    ["http://127.0.0.1:80/t/", 0, "files of t, remote"],
    ["s3://bucket/t/", 0, "files of t, remote"],
  ])("say of %s with a delay of %d where it is", (root, latency, title) => {
    expect(comparisonTitle({ ...compared(root, latency), table: "t" })).toBe(title);
  });

  test("advise --latency where it can be given, and is not", () => {
    expect(describeComparison(compared("file:///a/t/", 0))).toContain("see --latency");
    expect(describeComparison(compared("file:///a/t/", 30))).not.toContain("--latency");
    expect(describeComparison(compared("https://host/t/", 0))).not.toContain("--latency");
  });
});
