import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as arrow from "apache-arrow";
import { describe, expect, it } from "vitest";
import { asyncdelta, CLI, PACKAGE, printed, READINGS, TRIPS } from "./cli.js";
import { commitActions, readingsWithFeed, wideTable } from "./tables.js";

const FIRST_READING = { sensor: "attic", at: "2026-03-01T00:59:00.000000Z", celsius: "18.00" };

function lines(text: string): string[] {
  expect(text.endsWith("\n")).toBe(true);
  return text.slice(0, -1).split("\n");
}

describe("help and usage", () => {
  it("prints help on standard output, with every command and option", async () => {
    const help = await printed("--help");
    for (const word of ["info", "files", "read", "history", "--version", "--columns", "--limit", "NO_COLOR"]) {
      expect(help).toContain(word);
    }
    expect(Math.max(...lines(help).map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  it("prints the version of the package", async () => {
    const { version } = JSON.parse(await readFile(join(PACKAGE, "package.json"), "utf8"));
    expect(await printed("--version")).toBe(`${version}\n`);
  });

  it.each([
    [[]],
    [["frobnicate", "t"]],
    [["info"]],
    [["read", READINGS, "--limit", "x"]],
    [["read", READINGS, "--limit", "-1"]],
    [["read", READINGS, "--where", "celsius >"]],
    [["read", READINGS, "--timestamp", "noon"]],
  ])("says on one line what is wrong with %j, and exits with 2", async (args) => {
    const { status, stdout, stderr } = await asyncdelta(...args);
    expect({ status, stdout: stdout.toString() }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(/^asyncdelta: .+[^.;:]; see asyncdelta --help\n$/);
  });
});

describe("info", () => {
  it("prints as JSON what the log says", async () => {
    const info = JSON.parse(await printed("info", READINGS, "--json"));
    const [, protocol, metadata] = (await commitActions(READINGS, 0)) as unknown as [
      never,
      { protocol: object },
      { metaData: { id: string; schemaString: string; configuration: object } },
    ];
    expect(info).toMatchObject({
      version: 9,
      timestamp: Date.UTC(2026, 2, 1, 10),
      protocol: protocol.protocol,
      metadata: {
        id: metadata.metaData.id,
        partitionColumns: [],
        configuration: metadata.metaData.configuration,
        schema: JSON.parse(metadata.metaData.schemaString),
      },
      setTransactions: {},
      domainMetadata: {},
    });
    expect(info.metadata).not.toHaveProperty("schemaString");
  });

  it("prints for people the version, the protocol and the columns", async () => {
    const text = await printed("info", TRIPS);
    expect(text).toMatch(/^version +12, committed 20/m);
    expect(text).toMatch(/^partitioned by +city$/m);
    expect(text).toMatch(/fare decimal\(10,2\)$/m);
  });

  it("looks at the version or the time that is asked for", async () => {
    expect(JSON.parse(await printed("info", READINGS, "--json", "--version", "3")).version).toBe(3);
    const atThree = ["info", READINGS, "--json", "--timestamp", "2026-03-01T04:30:00Z"];
    expect(JSON.parse(await printed(...atThree)).version).toBe(3);
  });
});

describe("files", () => {
  it("prints the add actions as they are in the log", async () => {
    const got = lines(await printed("files", READINGS, "--json")).map((line) => JSON.parse(line));
    const want: unknown[] = [];
    for (let version = 0; version < 10; version++) {
      for (const action of await commitActions(READINGS, version)) if (action.add) want.push(action.add);
    }
    const byPath = (a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : 1);
    expect(got.sort(byPath)).toEqual((want as { path: string }[]).sort(byPath));
  });

  it("leaves paths encoded and partition values as text", async () => {
    const files = lines(await printed("files", TRIPS, "--json")).map((line) => JSON.parse(line));
    const partitions = new Set(files.map((file) => file.partitionValues.city));
    expect(partitions).toEqual(new Set(["Lisbon", "São Paulo", null]));
    expect(files.some((file) => /S%C3%A3o%20Paulo|S%25C3%25A3o/.test(file.path))).toBe(true);
    expect(files.every((file) => JSON.parse(file.stats).numRecords > 0)).toBe(true);
  });

  it("prints a table for people, and CSV", async () => {
    const table = lines(await printed("files", READINGS, "--limit", "2"));
    expect(table[0]).toMatch(/^path +size +records +partition/);
    expect(table.at(-1)).toBe("(2 rows)");
    expect(table).toHaveLength(5);
    const csv = (await printed("files", READINGS, "--format", "csv")).split("\r\n");
    expect(csv[0]).toBe("path,size,records,partition,deleted,modified");
    expect(csv).toHaveLength(12);
  });
});

describe("read", () => {
  it("prints exact values as JSON lines", async () => {
    const rows = lines(await printed("read", READINGS, "--json", "--version", "0"));
    expect(rows[0]).toBe(`{"sensor":"attic","at":"${FIRST_READING.at}","celsius":${FIRST_READING.celsius}}`);
    expect(rows).toHaveLength(3);
    const ids = lines(await printed("read", TRIPS, "--json", "--columns", "id"));
    expect(ids).toHaveLength(117);
    expect(new Set(ids).size).toBe(117);
    // Beyond 2^53, where JSON.parse would begin to merge them.
    expect(ids).toContain('{"id":9007199254741114}');
  });

  it("prints CSV", async () => {
    const csv = await printed("read", READINGS, "--format", "csv", "--version", "0");
    expect(csv.split("\r\n").slice(0, 2)).toEqual(["sensor,at,celsius", `attic,${FIRST_READING.at},18.00`]);
    expect(csv.split("\r\n")).toHaveLength(5);
  });

  it("prints a table for people", async () => {
    const table = lines(await printed("read", READINGS, "--version", "4"));
    expect(table[0]).toMatch(/^sensor +at +celsius$/);
    expect(table.find((line) => line.startsWith("garden"))).toMatch(/null$|\d\.\d\d$/);
    expect(table.at(-1)).toBe("(15 rows)");
  });

  it("prints an Arrow stream that Arrow reads back", async () => {
    const { status, stdout } = await asyncdelta("read", TRIPS, "--format", "arrow");
    expect(status).toBe(0);
    const table = arrow.tableFromIPC(stdout);
    expect(table.numRows).toBe(117);
    expect(table.schema.fields.map((field) => `${field.name} ${field.type}`)).toEqual([
      "id Int64",
      "pickup Timestamp<MICROSECOND, UTC>",
      "passengers Int32",
      "distance Float64",
      "fare Decimal[10e+2]",
      "city Utf8",
      "tip Decimal[10e+2]",
    ]);
  });

  it("prints the schema as Arrow also when there are no rows", async () => {
    const { status, stdout } = await asyncdelta("read", TRIPS, "--format", "arrow", "--limit", "0");
    expect(status).toBe(0);
    expect(arrow.tableFromIPC(stdout).schema.fields).toHaveLength(7);
  });

  it("reads columns in the wanted order, matched without case, in the table's own spelling", async () => {
    const csv = await printed("read", READINGS, "--format", "csv", "--columns", "CELSIUS,Sensor", "--limit", "1");
    expect(csv.split("\r\n")[0]).toBe("celsius,sensor");
  });

  it.each([1, 3, 4, 30, 1000])("prints at most --limit %i rows", async (limit) => {
    const csv = await printed("read", READINGS, "--format", "csv", "--limit", String(limit));
    expect(csv.split("\r\n")).toHaveLength(Math.min(limit, 30) + 2);
  });

  it("has no colours where the output is no terminal", async () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
    expect(await printed("read", READINGS)).not.toMatch(/\u001b/);
  });
});

describe("metadata columns", () => {
  it("come last, under their own names", async () => {
    const args = [
      "read",
      READINGS,
      "--format",
      "csv",
      "--metadata-columns",
      "row_index,file_path",
      "--columns",
      "sensor",
    ];
    const [header, first] = (await printed(...args)).split("\r\n");
    expect(header).toBe("sensor,_metadata.row_index,_metadata.file_path");
    expect(first).toMatch(/^attic,0,file:.*\/readings\/part-00009\.parquet$/);
  });
});

describe("changes", () => {
  it("prints the rows that changed, with version, time and kind of change", async () => {
    const table = await readingsWithFeed();
    const rows = lines(await printed("changes", table, "--from", "3", "--to", "4", "--json")).map((line) =>
      JSON.parse(line),
    );
    expect(rows.map((row) => row._commit_version)).toEqual([3, 3, 3, 4, 4, 4]);
    expect(rows[0]).toEqual({
      sensor: "attic",
      at: "2026-03-01T03:59:00.000000Z",
      celsius: 19.05,
      _change_type: "insert",
      _commit_version: 3,
      _commit_timestamp: "2026-03-01T04:00:00.000000Z",
    });
  });

  it("takes times for versions, and every format", async () => {
    const table = await readingsWithFeed();
    const csv = await printed(
      "changes",
      table,
      "--from",
      "2026-03-01T09:30Z",
      "--columns",
      "sensor",
      "--format",
      "csv",
    );
    expect(csv.split("\r\n")[0]).toBe("sensor,_change_type,_commit_version,_commit_timestamp");
    expect(csv.split("\r\n")).toHaveLength(5);
    const { stdout } = await asyncdelta("changes", table, "--from", "0", "--format", "arrow");
    expect(arrow.tableFromIPC(stdout).numRows).toBe(30);
    expect(lines(await printed("changes", table, "--from", "9")).at(-1)).toBe("(3 rows)");
  });

  it("are refused where they were not recorded", async () => {
    const { status, stderr } = await asyncdelta("changes", READINGS, "--from", "0");
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^asyncdelta: .*\(CHANGE_FEED_DISABLED\)\n$/)]);
  });
});

describe("history", () => {
  it("prints the commits newest first", async () => {
    const commits = lines(await printed("history", READINGS, "--json")).map((line) => JSON.parse(line));
    expect(commits.map(({ version }) => version)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
    expect(commits[0]).toMatchObject({ timestamp: Date.UTC(2026, 2, 1, 10), commitInfo: { operation: "WRITE" } });
  });

  it("stops at --limit, and begins at --version", async () => {
    const text = await printed("history", READINGS, "--limit", "2", "--version", "5");
    expect(lines(text)[0]).toMatch(/^version +timestamp +operation/);
    expect(
      lines(text)
        .slice(2, 4)
        .map((line) => line.trim().split(/ +/)[0]),
    ).toEqual(["5", "4"]);
    expect(lines(text)).toHaveLength(5);
  });
});

describe("the ends of a call", () => {
  it("says nothing when the reader of its output has had enough", async () => {
    const table = await wideTable(400);
    const child = spawn(process.execPath, [CLI, "read", table, "--json"], { stdio: ["ignore", "pipe", "pipe"] });
    const stderr: Buffer[] = [];
    child.stderr.on("data", (chunk) => stderr.push(chunk));
    child.stdout.once("data", () => child.stdout.destroy());
    const status = await new Promise((resolve) => child.on("close", resolve));
    expect({ status, stderr: Buffer.concat(stderr).toString() }).toEqual({ status: 0, stderr: "" });
  });

  it("ends at once on SIGINT, also while nobody reads its output", async () => {
    const table = await wideTable(400);
    const child = spawn(process.execPath, [CLI, "read", table, "--json"], { stdio: ["ignore", "pipe", "pipe"] });
    await new Promise((resolve) => child.stdout.once("readable", resolve));
    const start = performance.now();
    child.kill("SIGINT");
    const [status, signal] = await new Promise<[number | null, string | null]>((resolve) =>
      child.on("exit", (code, name) => resolve([code, name])),
    );
    expect([status, signal]).toEqual([null, "SIGINT"]);
    expect(performance.now() - start).toBeLessThan(15_000);
    child.stdout.destroy();
  });

  describe("of rows cut short by an error", () => {
    const cut = async (format: string, files = 40) => {
      const table = await wideTable(files, [files - 1]);
      const { status, stdout, stderr } = await asyncdelta("read", table, "--format", format);
      expect(status).toBe(1);
      expect(stderr).toMatch(/^asyncdelta: .*link-\d+\.parquet.*\(FILE_NOT_FOUND\)\n$/);
      return stdout;
    };

    it("is no Arrow stream", async () => {
      const stdout = await cut("arrow");
      expect(stdout.length).toBeGreaterThan(0);
      expect(() => arrow.tableFromIPC(stdout)).toThrow();
    });

    it("is no sequence of JSON lines", async () => {
      const last = (await cut("jsonl")).toString().split("\n").at(-1)!;
      expect(last).not.toBe("");
      expect(() => JSON.parse(last)).toThrow(SyntaxError);
    });

    it("has an open quote in CSV, and no count in a table", async () => {
      expect((await cut("csv")).toString()).toMatch(/\r\n"$/);
      const table = (await cut("table", 400)).toString();
      expect(table).toMatch(/… cut short by an error\n$/);
      expect(table).not.toContain("rows)");
    });
  });
});
