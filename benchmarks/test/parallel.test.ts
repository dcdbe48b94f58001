import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const program = fileURLToPath(new URL("../dist/parallel/main.js", import.meta.url));

function run(...args: string[]): { status: number | null; lines: string[]; progress: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: "utf8" });
  return { status, lines: stdout.trimEnd().split("\n"), progress: stderr };
}

const small = ["--items", "300", "--rounds", "1", "--iterations", "1", "--cpu"];

describe("parallel", () => {
  test("measures every subject at every width, on both kinds of source", () => {
    const { status, lines, progress } = run(...small, "--widths", "1,8");
    // So few items say nothing about the target.
    expect([0, 1]).toContain(status);
    expect(progress).toContain(process.versions.node);
    expect(lines[0]).toMatch(/async generator, 1 \| async generator, 8 \| array, 1 \| array, 8 \|$/);
    const subjects = lines.slice(2).map((line) => line.split("|")[1]?.trim());
    expect(subjects).toHaveLength(10);
    for (const name of ["it-parallel", "p-map", "streaming-iterables", "Readable.map", "bare ring", "parallelMap"]) {
      expect(subjects.some((subject) => subject?.includes(name))).toBe(true);
    }
  });

  test("prints a line of JSON for each setting", () => {
    const { lines } = run(...small, "--widths", "2", "--json");
    const settings = lines.map((line) => JSON.parse(line));
    expect(settings.map(({ source, width }) => [source, width])).toEqual([
      ["async generator", 2],
      ["array", 2],
    ]);
    for (const { figures } of settings) {
      for (const { microseconds } of figures) expect(microseconds).toBeGreaterThan(0);
    }
  });

  test.each([
    ["--widths", "0"],
    ["--widths", "1,,2"],
    ["--widths", "5000000000"],
    ["--items", "many"],
    ["--items", "1000000000"],
    ["--no-such-option"],
  ])("says what is wrong with %s %s, and its usage", (...args) => {
    const { status, progress } = run(...args);
    expect(status).toBe(2);
    expect(progress).toMatch(new RegExp(`^[^\n]*${args[0]}[^]*\nUsage: parallel `));
    expect(progress).not.toMatch(/^ {4}at /m);
  });
});
