import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";

const folder = fileURLToPath(new URL("..", import.meta.url));

/** Runs an example as a reader would, and gives its lines; a failure, or a word on standard error, throws. */
async function run(name: string): Promise<string[]> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [`${folder}/dist/${name}.js`]);
  if (stderr !== "") throw new Error(stderr);
  return stdout.trimEnd().split("\n");
}

describe("the examples", () => {
  test("open shows the schema, the column that came later included", async () => {
    expect(await run("open")).toEqual([
      "version 12, partitioned by city",
      "  id: long",
      "  pickup: timestamp",
      "  passengers: integer",
      "  distance: double",
      "  fare: decimal(10,2)",
      "  city: string",
      "  tip: decimal(10,2)",
    ]);
  });

  test("list sums up the live files of each partition", async () => {
    expect(await run("list")).toEqual([
      "Lisbon: 5 files, 11350 bytes, 40 rows",
      "São Paulo: 5 files, 10944 bytes, 33 rows",
      "none: 6 files, 13199 bytes, 44 rows",
    ]);
  });

  test("read counts batches and shows exact rows", async () => {
    expect(await run("read")).toEqual([
      "117 rows of id, fare",
      "{ id: 9007199254741114n, fare: '26.63' }",
      "{ id: 9007199254741117n, fare: '28.22' }",
      "{ id: 9007199254741120n, fare: '29.81' }",
    ]);
  });

  test("filter shows what it skips, and the rows that are wanted", async () => {
    expect(await run("filter")).toEqual([
      "where city = 'Lisbon' and pickup >= timestamp '2026-03-08T00:00:00.000Z' and fare > 30",
      "16 files of 35493 bytes",
      "-11 by their partition, -4 by their statistics",
      "1 to read, 2189 bytes",
      "439 of 439 bytes of their columns, for 2 rows",
      "{ id: 9007199254741122n, fare: '30.87' }",
      "{ id: 9007199254741125n, fare: '32.46' }",
    ]);
  });

  test("time-travel reads by version and by time", async () => {
    expect(await run("time-travel")).toEqual([
      "version 9 of 2026-03-01T10:00:00.000Z: 30 rows",
      "version 2 of 2026-03-01T03:00:00.000Z: 9 rows",
      "version 4 of 2026-03-01T05:00:00.000Z: 15 rows",
    ]);
  });

  test("history shows the newest commits first", async () => {
    expect(await run("history")).toEqual([
      "12: DELETE by delta-rs:py-1.6.6",
      "11: WRITE by delta-rs:py-1.6.6",
      "10: WRITE by delta-rs:py-1.6.6",
      "9: WRITE by delta-rs:py-1.6.6",
      "8: DELETE by delta-rs:py-1.6.6",
    ]);
  });

  test("follow shows each commit as it is written", async () => {
    expect(await run("follow")).toEqual([
      "the table is at version 6",
      "7, 2026-03-01T08:00:00.000Z: WRITE of 1 file",
      "8, 2026-03-01T09:00:00.000Z: WRITE of 1 file",
      "9, 2026-03-01T10:00:00.000Z: WRITE of 1 file",
    ]);
  });

  test("the main job opens, lists and reads, and asks for each file once", async () => {
    const lines = await run("main-job");
    expect(lines.filter((line) => !line.startsWith("    round"))).toEqual([
      "Open examples/tables/trips",
      "  version 12, partitioned by city",
      "  id long, pickup timestamp, passengers integer, distance double, fare decimal(10,2), city string, tip decimal(10,2)",
      "List its live files",
      "  16 files, 35493 bytes",
      "Read its rows",
      "  9007199254741114 | 2026-03-09T20:07:00.000121Z | null | 10.125 | 26.63 | São Paulo | 3.47",
      "  9007199254741117 | 2026-03-09T20:28:00.000124Z | 0 | 11.5 | 28.22 | São Paulo | null",
      "  9007199254741120 | 2026-03-09T20:49:00.000127Z | 3 | 12.875 | 29.81 | São Paulo | 3.89",
      "  9007199254741039 | 2026-03-04T11:22:00.000046Z | 2 | 0.75 | 26.88 | São Paulo | null",
      "  9007199254741042 | 2026-03-04T11:43:00.000049Z | 1 | 2.125 | 28.47 | São Paulo | null",
      "  … 117 rows",
      expect.stringMatching(/^Together \d+ requests in \d rounds, \d+ bytes, \d+ ms$/),
    ]);
    // The hint, the listing, two commits and the checkpoint; then each of the 16 data files.
    expect(lines.at(-1)).toContain("Together 22 requests");
  });

  test("the one in the README does what it says", async () => {
    const readme = await readFile(join(folder, "../README.md"), "utf8");
    const code = /```ts\n(.*?)```/s.exec(readme)![1]!;
    const place = await mkdtemp(join(folder, "dist/readme-"));
    try {
      await symlink(join(folder, "tables"), join(place, "lake"), "junction");
      await writeFile(join(place, "example.mjs"), code);
      const { stdout } = await promisify(execFile)(process.execPath, ["example.mjs"], { cwd: place });
      const lines = stdout.trimEnd().split("\n");
      expect(lines.filter((line) => / \d+$/.test(line) && line.startsWith("city="))).toHaveLength(16);
      expect(lines.filter((line) => /^9007199254\d{6}n$/.test(line))).toHaveLength(117);
    } finally {
      await rm(place, { recursive: true });
    }
  });

  test("each script in the folder is among these", async () => {
    const scripts = (await readdir(folder)).filter((name) => name.endsWith(".ts")).sort();
    expect(scripts).toEqual([
      "filter.ts",
      "follow.ts",
      "history.ts",
      "list.ts",
      "main-job.ts",
      "open.ts",
      "read.ts",
      "serve.ts",
      "time-travel.ts",
    ]);
  });

  test("serve answers with the rows that are wanted, refuses what is wrong, and ends at a signal", async () => {
    const server = spawn(process.execPath, [`${folder}/dist/serve.js`], { env: { ...process.env, PORT: "0" } });
    const port = await portOf(server);
    const get = (query: string) => fetch(`http://127.0.0.1:${port}/?${query}`);
    const wanted = `where=${encodeURIComponent("city = 'Lisbon' and fare > 30 and id < 9007199254741123")}`;
    const rows = (await (await get(`${wanted}&format=csv`)).text()).split("\r\n");
    expect(rows[0]).toBe("id,pickup,passengers,distance,fare,city,tip");
    expect(rows.length).toBeGreaterThan(2);
    expect((await (await get(wanted)).text()).split("\n")).toHaveLength(rows.length - 1);
    for (const [query, word] of [
      ["where=fare+%3E", "fare >"],
      ["where=nope+%3D+1", "nope"],
      ["format=xml", "xml"],
    ] as const) {
      const refused = await get(query);
      expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining(word)]);
    }
    const ended = once(server, "exit");
    server.kill("SIGTERM");
    expect((await ended)[0]).toBe(0);
  });
});

/** The port that a child process says it listens on. */
async function portOf(server: ChildProcess): Promise<string> {
  for await (const piece of server.stdout!) {
    const port = /port (\d+)/.exec(String(piece));
    if (port !== null) return port[1]!;
  }
  throw new Error("It ended before it listened.");
}
