import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ChromeTrace } from "@asyncdelta/engine-node/trace";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseOptions } from "../src/report/options.js";
import { tableNames } from "../src/report/table-names.js";
import { bench, isRefused, TRIPS } from "./support/bench.js";

let out: string;
let page: string;
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), "asyncdelta-report-"));
  const args = ["--out", out, "--op", "files,scan", "--latency", "0", "--repeat", "2", "--json"];
  const { status, stdout, stderr } = await bench("report", TRIPS, ...args);
  expect(status, stderr).toBe(0);
  expect(Object.keys(JSON.parse(stdout))).toEqual(["page", "figures", "trace"]);
  page = await readFile(join(out, "report.html"), "utf8");
});
afterAll(() => rm(out, { recursive: true, force: true }));

describe("the report", () => {
  test("is one page that loads nothing", () => {
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/(?:src|href)="(?!#|data:)/);
    expect(page).not.toMatch(/url\(|@import|fetch\(|XMLHttpRequest/);
  });

  test("says what was measured, where, and what came of it", () => {
    for (const text of [
      "files of trips, local",
      "scan of trips, local",
      `Node ${process.versions.node}`,
      "117 rows",
      pathToFileURL(TRIPS).href,
    ]) {
      expect(page).toContain(text);
    }
    expect(page.match(/All three roads found the same/g)).toHaveLength(2);
    expect(page.match(/requests brought/g)!.length).toBe(6);
  });

  test("has a timeline of each road, and bars with their spread", () => {
    expect(page.match(/<div class="timeline"/g)).toHaveLength(6);
    for (const road of ["serial", "easy", "hard"]) expect(page).toContain(`Timeline: the ${road} road`);
    // Time and busy cores, of two operations on three roads.
    expect(page.match(/<div class="bar /g)).toHaveLength(12);
    expect(page.match(/<i style="left:[\d.]+%;width:[\d.]+%">/g)).toHaveLength(12);
  });

  test("is made for dark mode and narrow screens too", () => {
    expect(page).toContain("prefers-color-scheme: dark");
    expect(page).toContain('name="viewport" content="width=device-width');
    expect(page).toMatch(/@media \(max-width: \d+rem\)/);
  });

  test("has its figures beside it", async () => {
    const { machine, comparisons } = JSON.parse(await readFile(join(out, "report.json"), "utf8"));
    expect(machine).toMatchObject({ node: process.versions.node, packages: { "it-parallel": expect.any(String) } });
    expect(comparisons.map(({ operation, table }: Record<string, unknown>) => [operation, table])).toEqual([
      ["files", "trips"],
      ["scan", "trips"],
    ]);
    for (const { roads } of comparisons) {
      for (const { cost, trace } of roads) {
        expect(cost.ms.values).toHaveLength(2);
        expect(trace.spans.filter(({ kind }: { kind: string }) => kind === "request").length).toBeGreaterThan(3);
      }
    }
  });

  test("has its timelines as pairs of events that Perfetto draws", async () => {
    const { traceEvents } = JSON.parse(await readFile(join(out, "report.trace.json"), "utf8")) as ChromeTrace;
    const names = traceEvents.filter(({ name }) => name === "process_name");
    expect(names).toHaveLength(6);
    const open = new Map<string, number>();
    for (const { ph, id, ts, pid } of traceEvents) {
      const key = `${pid} ${id}`;
      if (ph === "b") {
        expect(open.has(key)).toBe(false);
        open.set(key, ts);
      } else if (ph === "e") {
        expect(ts).toBeGreaterThanOrEqual(open.get(key)!);
        open.delete(key);
      }
    }
    expect(open.size).toBe(0);
  });

  test.each([
    [["--latency", "x"]],
    [["--op", "guess"]],
    [["--repeat", "0"]],
    [["--width", "1025"]],
    [["--out", ""]],
    [["--colour"]],
  ])("refuses %j", (args) => {
    expect(isRefused(() => parseOptions(args))).toBe(true);
  });

  test.each([["file"], ["file/below"], ["taken"]])(
    "says before it measures that it cannot write to %s",
    async (name) => {
      await writeFile(join(out, "file"), "kept");
      await mkdir(join(out, "taken", "report.trace.json"), { recursive: true });
      const { status, stdout, stderr } = await bench("report", TRIPS, "--out", join(out, name), "--repeat", "1");
      expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
      // Neither progress nor a stack.
      expect(stderr.trimEnd().split("\n")).toHaveLength(1);
      expect(stderr).toMatch(/^The report cannot be written to .*: give a folder .* as --out/);
      expect(await readFile(join(out, "file"), "utf8")).toBe("kept");
      expect(await readdir(join(out, "taken"))).toEqual(["report.trace.json"]);
    },
  );

  test("tells wrong usage, and ends in status 2", async () => {
    const { status, stdout, stderr } = await bench("report", "--no-such-option");
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(/no-such-option.*\nUsage: report/);
  });
});

describe("the names of tables", () => {
  test.each([
    [["file:///a/trips/"], ["trips"]],
    [
      ["file:///a/trips/", "s3://bucket/b/trips/", "s3://bucket/c%20d/"],
      ["a/trips", "b/trips", "c d"],
    ],
    [
      ["s3://one/t/", "gs://one/t/", "file:///one/t/", "file:///t/"],
      ["s3://one/t", "gs://one/t", "file:///one/t", "file:///t"],
    ],
    [
      ["file:///a/t/", "file:///a/t/"],
      ["t", "t"],
    ],
    [["s3://bucket/100%/"], ["100%"]],
  ])("of %j are %j", (roots, names) => {
    const found = tableNames(roots);
    expect(roots.map((root) => found.get(root))).toEqual(names);
  });
});
