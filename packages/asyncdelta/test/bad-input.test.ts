import { copyFile, mkdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DeltaTable, isDeltaError } from "asyncdelta";
import { describe, expect, it } from "vitest";
import { asyncdelta, READINGS } from "./cli.js";
import { commitPath, editCommit, readingsCopy, scratch } from "./tables.js";

interface Case {
  readonly name: string;
  /** Makes the table; gives its path. */
  readonly table: () => Promise<string>;
  readonly code: string;
  readonly facts?: Record<string, unknown>;
  /** What the message must say. */
  readonly says: RegExp;
  readonly args?: readonly string[];
  readonly options?: object;
  /** Where it shows. Default: at open. */
  readonly at?: "open" | "files" | "read";
}

const SPOILT = "part-00003.parquet";

const CASES: readonly Case[] = [
  {
    name: "a path that is nothing",
    table: async () => join(await scratch(), "nowhere"),
    code: "TABLE_NOT_FOUND",
    says: /nowhere/,
  },
  {
    name: "a folder that is no table",
    table: async () => {
      const folder = await scratch();
      await writeFile(join(folder, "a.parquet"), "PAR1");
      return folder;
    },
    code: "TABLE_NOT_FOUND",
    says: /_delta_log/,
  },
  {
    name: "a table with an empty log",
    table: async () => {
      const folder = await scratch();
      await mkdir(join(folder, "_delta_log"));
      return folder;
    },
    code: "TABLE_NOT_FOUND",
    says: /_delta_log/,
  },
  {
    name: "a version that is not there yet",
    table: async () => READINGS,
    args: ["--version", "10"],
    options: { version: 10 },
    code: "VERSION_NOT_FOUND",
    facts: { version: 10 },
    says: /10/,
  },
  {
    name: "a timestamp before the first commit",
    table: async () => READINGS,
    args: ["--timestamp", "2026-03-01T00:59:59Z"],
    options: { timestamp: "2026-03-01T00:59:59Z" },
    code: "TIMESTAMP_OUT_OF_RANGE",
    says: /2026-03-01T01:00:00/,
  },
  {
    name: "a missing commit",
    table: async () => {
      const folder = await readingsCopy();
      await rm(commitPath(folder, 4));
      return folder;
    },
    code: "LOG_GAP",
    says: /4/,
  },
  {
    name: "torn JSON",
    table: async () => {
      const folder = await readingsCopy();
      const path = commitPath(folder, 9);
      await truncate(path, (await stat(path)).size - 20);
      return folder;
    },
    code: "LOG_CORRUPT",
    facts: { path: expect.stringContaining("00000000000000000009.json") },
    says: /line \d/,
  },
  {
    name: "a log without protocol",
    table: async () => {
      const folder = await readingsCopy();
      await editCommit(folder, 0, (actions) => actions.filter((action) => !("protocol" in action)));
      return folder;
    },
    code: "PROTOCOL_MISSING",
    says: /protocol/,
  },
  {
    name: "a log without metadata",
    table: async () => {
      const folder = await readingsCopy();
      await editCommit(folder, 0, (actions) => actions.filter((action) => !("metaData" in action)));
      return folder;
    },
    code: "METADATA_MISSING",
    says: /metaData/,
  },
  {
    name: "an unsupported feature",
    table: async () => {
      const folder = await readingsCopy();
      const protocol = {
        minReaderVersion: 3,
        minWriterVersion: 7,
        readerFeatures: ["timeMachine"],
        writerFeatures: ["inCommitTimestamp", "timeMachine"],
      };
      await editCommit(folder, 0, (actions) => actions.map((action) => ("protocol" in action ? { protocol } : action)));
      return folder;
    },
    code: "FEATURE_UNSUPPORTED",
    facts: { feature: "timeMachine" },
    says: /timeMachine/,
  },
  {
    name: "a schema that cannot be read",
    table: async () => {
      const folder = await readingsCopy();
      await editCommit(folder, 0, (actions) =>
        actions.map((action) =>
          "metaData" in action
            ? { metaData: { ...(action.metaData as object), schemaString: '{"type":"struc' } }
            : action,
        ),
      );
      return folder;
    },
    code: "SCHEMA_INVALID",
    says: /schema/i,
  },
  {
    name: "a checkpoint that is no Parquet file",
    table: async () => {
      const folder = await readingsCopy();
      await writeFile(
        join(folder, "_delta_log", `${"9".padStart(20, "0")}.checkpoint.parquet`),
        "PAR1 and no more PAR1",
      );
      for (let version = 0; version < 9; version++) await rm(commitPath(folder, version));
      return folder;
    },
    code: "CHECKPOINT_CORRUPT",
    facts: { path: expect.stringContaining("checkpoint.parquet") },
    says: /checkpoint/,
  },
  {
    name: "a missing data file",
    table: async () => {
      const folder = await readingsCopy();
      await rm(join(folder, SPOILT));
      return folder;
    },
    at: "read",
    code: "FILE_NOT_FOUND",
    facts: { path: expect.stringContaining(SPOILT) },
    says: new RegExp(SPOILT),
  },
  {
    name: "a truncated data file",
    table: async () => {
      const folder = await readingsCopy();
      const path = join(folder, SPOILT);
      await truncate(path, (await stat(path)).size - 100);
      return folder;
    },
    at: "read",
    code: "FILE_CHANGED",
    facts: { path: expect.stringContaining(SPOILT) },
    says: new RegExp(SPOILT),
  },
  {
    name: "a damaged data file",
    table: async () => {
      const folder = await readingsCopy();
      const path = join(folder, SPOILT);
      const bytes = await readFile(path);
      bytes.fill(0xff, 4, 40);
      await writeFile(path, bytes);
      return folder;
    },
    at: "read",
    code: "FILE_CORRUPT",
    facts: { path: expect.stringContaining(SPOILT) },
    says: new RegExp(SPOILT),
  },
  {
    name: "a data file that is another one",
    table: async () => {
      const folder = await readingsCopy();
      const path = join(folder, SPOILT);
      const size = (await stat(path)).size;
      await copyFile(commitPath(folder, 3), path);
      await truncate(path, size);
      return folder;
    },
    at: "read",
    code: "FILE_CORRUPT",
    facts: { path: expect.stringContaining(SPOILT) },
    says: new RegExp(SPOILT),
  },
  {
    name: "a partition value that is none of its type",
    table: async () => {
      const folder = await readingsCopy();
      await editCommit(folder, 0, (actions) =>
        actions.map((action) => {
          if ("add" in action) return { add: { ...(action.add as object), partitionValues: { celsius: "warm" } } };
          if (!("metaData" in action)) return action;
          return { metaData: { ...(action.metaData as object), partitionColumns: ["celsius"] } };
        }),
      );
      return folder;
    },
    at: "read",
    code: "VALUE_INVALID",
    facts: { column: "celsius" },
    says: /warm/,
  },
  {
    name: "a column that is not there",
    table: async () => READINGS,
    at: "read",
    args: ["--columns", "celsius,fahrenheit"],
    code: "COLUMN_NOT_FOUND",
    facts: { column: "fahrenheit" },
    says: /fahrenheit/,
  },
];

/** Runs what the case is about through the library. */
async function throughLibrary({ table, options, at, args }: Case): Promise<void> {
  const opened = await DeltaTable.open(await table(), options);
  try {
    if (at === "read") {
      const columns = args?.[0] === "--columns" ? args[1]!.split(",") : undefined;
      for await (const _ of opened.scan({ columns }));
    }
  } finally {
    await opened.close();
  }
}

describe.each(CASES)("$name", (example) => {
  const { code, facts = {}, says, at = "open", args = [], table } = example;

  it(`is ${code}, with facts, and says what to do`, async () => {
    const error = await throughLibrary(example).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(isDeltaError(error) && error.code).toBe(code);
    expect(error).toMatchObject(facts);
    expect((error as Error).message).toMatch(says);
    expect((error as Error).message).not.toMatch(/\n/);
  });

  it("is one line on standard error and status 1 in the command", async () => {
    const call =
      at === "read" ? ["read", await table(), "--json", ...args] : ["info", await table(), "--json", ...args];
    const { status, stdout, stderr } = await asyncdelta(...call);
    expect(status).toBe(1);
    expect(stderr.split("\n")).toHaveLength(2);
    expect(stderr).toMatch(new RegExp(`^asyncdelta: .*\\(${code}\\)\n$`));
    if (at === "open") expect(stdout.toString()).toBe("");
  });
});

describe("a bad option", () => {
  it.each([
    [{ version: -1 }],
    [{ version: 1.5 }],
    [{ version: "3" }],
    [{ version: 1, timestamp: 0 }],
    [{ timestamp: "yesterday" }],
    [{ timestamp: 1.77e18 }],
    [{ timestmap: "2026-03-01" }],
    [{ engine: {}, engineOptions: {} }],
    [{ engineOptions: { workers: 0 } }],
  ] as never[])("of open is INVALID_ARGUMENT: %j", async (options) => {
    const error = await DeltaTable.open(READINGS, options).catch((reason: unknown) => reason);
    expect(isDeltaError(error) && error.code).toBe("INVALID_ARGUMENT");
  });

  it("of a call is INVALID_ARGUMENT at the call", async () => {
    const table = await DeltaTable.open(READINGS);
    const calls: (() => unknown)[] = [
      () => table.scan({ wher: "x" } as never),
      () => table.scan({ where: "celsius > > 1" }),
      () => table.scan({ where: 5 as never }),
      () => table.scan({ batchRows: 0 }),
      () => table.scan({ columns: ["at", "AT"] }),
      () => table.files({ statistics: true } as never),
      () => table.history({ limit: -1 }),
    ];
    for (const call of calls) {
      try {
        call();
        expect.unreachable(String(call));
      } catch (error) {
        expect([String(call), isDeltaError(error) && error.code]).toEqual([String(call), "INVALID_ARGUMENT"]);
      }
    }
    await table.close();
  });

  it("of the wrong type is told by its name, where nothing has checked the types", async () => {
    const table = await DeltaTable.open(READINGS);
    const open = DeltaTable.open as (location?: unknown, options?: unknown) => Promise<DeltaTable>;
    const untyped = table as unknown as Record<string, (...args: unknown[]) => unknown>;
    const calls: [call: () => unknown, says: RegExp][] = [
      [() => open(), /location/],
      [() => open(READINGS, null), /object of options \(version, /],
      [() => open(READINGS, { signal: 5 }), /'signal' must be an AbortSignal, not 5/],
      [() => untyped.scan!(null), /scan takes an object of options \(columns, .*, not null/],
      [() => untyped.scan!("id"), /scan takes an object of options/],
      [() => untyped.scan!(["id"]), /scan takes an object of options/],
      [() => untyped.scan!({ columns: null }), /'columns' must be an array of names, not null/],
      [() => untyped.scan!({ columns: "id" }), /'columns' must be an array of names, not "id"/],
      [() => untyped.scan!({ columns: [5] }), /'columns' .* has 5 in it/],
      [() => untyped.scan!({ metadataColumns: "file_path" }), /'metadataColumns' must be an array/],
      [() => untyped.scan!({ signal: 5 }), /'signal'/],
      [() => untyped.scan!({ signal: null }), /'signal'/],
      [() => untyped.scan!({ limit: "5" }), /'limit' must be a whole number from 0 on, not "5"/],
      [() => untyped.files!(null), /files takes/],
      [() => untyped.changes!(), /from/],
      [() => untyped.changes!(null), /changes takes an object of options \(from, /],
      [() => untyped.changes!({ from: 0, columns: "at" }), /'columns'/],
      [() => untyped.follow!(null), /follow takes/],
      [() => untyped.follow!({ changes: true, columns: "at" }), /'columns'/],
      [() => untyped.history!({ signal: {} }), /'signal'/],
      [() => untyped.refresh!({ signal: 5 }), /'signal'/],
      [() => untyped.setTransactions!({ signal: 5 }), /'signal'/],
      [() => untyped.domainMetadata!({ signal: 5 }), /'signal'/],
    ];
    for (const [call, says] of calls) {
      const error = await (async () => call())().catch((reason: unknown) => reason);
      expect([String(call), isDeltaError(error) && error.code]).toEqual([String(call), "INVALID_ARGUMENT"]);
      expect((error as Error).message).toMatch(says);
    }
    await table.close();
  });
});
