import { describe, expect, it } from "vitest";
import { parseCommandLine } from "../src/command/parse-command-line.js";
import { UsageError } from "../src/command/usage-error.js";

function options(...args: string[]): unknown {
  const line = parseCommandLine(args);
  return line.kind === "call" ? line.options : line.kind;
}

it("reads a command, a table and options in any order", () => {
  expect(options("read", "t", "--columns", 'a,"b,""c""",d', "--limit", "5", "--format", "csv")).toEqual({
    columns: ["a", 'b,"c"', "d"],
    limit: 5,
    format: "csv",
  });
  expect(options("--json", "info", "t", "--version=3")).toEqual({ format: "jsonl", version: 3 });
  expect(options("files", "t", "--timestamp", "2024-01-01")).toEqual({ format: "table", timestamp: Date.UTC(2024, 0) });
  expect(options("changes", "t", "--from", "3", "--to", "2024-01-01")).toEqual({
    format: "table",
    from: { version: 3 },
    to: { timestamp: Date.UTC(2024, 0) },
  });
  expect(options("read", "t", "--metadata-columns", "row_index,file_path")).toEqual({
    format: "table",
    metadataColumns: ["row_index", "file_path"],
  });
  expect(options("read", "t", "--where", "a > 1", "--explain")).toEqual({
    format: "table",
    where: { kind: "comparison", operator: ">", column: "a", literal: { type: "number", value: "1" } },
    explain: true,
  });
  expect(options("info", "t", "--storage", "region=eu", "--storage", "sasToken=a=b&c=")).toEqual({
    format: "table",
    storage: { region: "eu", sasToken: "a=b&c=" },
  });
  expect(parseCommandLine(["info", "--", "-t"])).toMatchObject({ location: "-t" });
});

it("tells the program's version from the table's", () => {
  expect(options("--version")).toBe("program version");
  expect(options("info", "t", "--version", "0")).toEqual({ format: "table", version: 0 });
});

it("gives help wherever it is asked for", () => {
  expect([options("--help"), options("read", "-h"), options("info", "t", "--help")]).toEqual(["help", "help", "help"]);
});

describe("wrong usage says what is wrong", () => {
  const cases: [args: string[], message: RegExp][] = [
    [[], /no command; there are info, files, read, changes, history/],
    [["reed", "t"], /no command 'reed'/],
    [["constructor", "t"], /no command 'constructor'/],
    [["info"], /info needs the path or URL of a table/],
    [["info", ""], /needs the path/],
    [["info", "t", "u"], /'u' is too much/],
    [["info", "t", "--colums", "a"], /--colums/],
    [["info", "t", "--columns", "a"], /info has no option --columns/],
    [["read", "t", "--where", "a >"], /--where: The predicate "a >" cannot be read at its end/],
    [["read", "t", "--analyze"], /--analyze needs --explain/],
    [["read", "t", "--explain", "--format", "arrow"], /--explain has no format 'arrow'/],
    [["info", "t", "--where", "a > 1"], /info has no option --where/],
    [["read", "t", "--storage", "secret"], /^--storage needs KEY=VALUE$/],
    [["read", "t", "--storage", "a=1", "--storage", "a=2"], /--storage a is given twice/],
    [["read", "t", "--parquet", "x"], /--parquet is auto, wasm, javascript, not 'x'/],
    [["read", "t", "--version"], /--version/],
    [["read", "t", "--version", "-1"], /--version/],
    [["read", "t", "--version", "1.5"], /--version needs a whole number, not '1.5'/],
    [["read", "t", "--version", "99999999999999999999"], /--version needs a whole number/],
    [["read", "t", "--limit", ""], /--limit needs a whole number/],
    [["read", "t", "--timestamp", "noon"], /--timestamp.*noon/],
    [["read", "t", "--version", "1", "--timestamp", "2024-01-01"], /exclude each other/],
    [["read", "t", "--format", "xml"], /read has no format 'xml'; there are table, jsonl, csv, arrow/],
    [["files", "t", "--format", "arrow"], /files has no format 'arrow'/],
    [["read", "t", "--json", "--format", "csv"], /--json and --format csv exclude each other/],
    [["read", "t", "--columns", "a,,b"], /--columns needs names between commas/],
    [["read", "t", "--columns", '"a'], /--columns needs names/],
    [["read", "t", "--json=yes"], /--json/],
    [["changes", "t"], /changes needs --from/],
    [["changes", "t", "--from", "1", "--to", "soon"], /--to.*soon/],
    [["changes", "t", "--from", "1", "--version", "2"], /changes has no option --version/],
    [["read", "t", "--from", "1"], /read has no option --from/],
    [["read", "t", "--metadata-columns", "row_number"], /row_number/],
  ];
  it.each(cases)("%j", (args, message) => {
    expect(() => parseCommandLine(args)).toThrow(message);
    try {
      parseCommandLine(args);
    } catch (error) {
      expect(error).toBeInstanceOf(UsageError);
      expect((error as Error).message).not.toMatch(/\n/);
    }
  });
});
