import { type DeltaError, isDeltaError } from "@asyncdelta/kernel-core";
import { memoryStorage } from "@asyncdelta/kernel-core/testing";
import type { FileMetaData } from "hyparquet";
import { describe, expect, it } from "vitest";
import { javascriptDecoder } from "../dist/parquet/javascript-decoder.js";
import { parquetHandler } from "../dist/parquet/parquet-handler.js";
import { FILE_URL, fixtureBytes, openBytes, readRows } from "./parquet-files.js";
import { footerLength, rewriteParquet } from "./parquet-rewrite.js";

async function failure(promise: Promise<unknown>): Promise<DeltaError> {
  const error = await promise.then(
    () => expect.fail("resolved"),
    (error: unknown) => error,
  );
  if (!isDeltaError(error)) throw error;
  return error;
}

const bytes = fixtureBytes("row-groups");

describe("a Parquet file once opened", () => {
  it("tells its rows, row groups, columns and chunks", async () => {
    const { file } = await openBytes(bytes);
    expect(file).toMatchObject({ url: FILE_URL, size: bytes.length, numRows: 100 });
    expect(file.rowGroups.map(({ rowStart, numRows }) => [rowStart, numRows])).toEqual([
      [0, 24],
      [24, 24],
      [48, 24],
      [72, 24],
      [96, 4],
    ]);
    expect(file.fields.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      ...["int leaf", "int_null leaf", "long leaf", "long_null leaf", "float leaf", "double leaf", "text leaf"],
      ...["fixed leaf", "run leaf", "same leaf", "nothing leaf", "list list"],
    ]);
    const { columns } = file.rowGroups[1]!;
    expect(columns.map(({ path }) => path.join("/")).slice(-2)).toEqual(["nothing", "list/list/element"]);
    expect(columns[10]).toMatchObject({ numValues: 24, nullCount: 24 });
    for (const { offset, compressedSize } of columns) expect(offset + compressedSize).toBeLessThan(bytes.length);
  });

  it("gives the key-value metadata of its footer", async () => {
    const { file } = await openBytes(rewriteParquet(bytes, { padding: 5 }));
    expect(Object.fromEntries(file.keyValueMetadata)).toEqual({ filler: "xxxxx" });
    expect((await openBytes(bytes)).file.keyValueMetadata.size).toBe(0);
  });

  it("can be read several times, whole and in part", async () => {
    const { file, storage } = await openBytes(bytes);
    const first = await readRows(file);
    const second = await readRows(file, { rowGroups: [4] });
    expect([first.rows, second.rows]).toEqual([100, 4]);
    expect(second.rowOffsets).toEqual([96]);
    expect(storage.requests).toHaveLength(1);
  });

  it("reads no row groups where none is wanted", async () => {
    const { file } = await openBytes(bytes);
    expect(await readRows(file, { rowGroups: [] })).toMatchObject({ rows: 0, batches: [] });
  });
});

describe("what a Parquet file is asked for", () => {
  it.each([
    ["a column that it lacks", { columns: [["nope"]] }, "nope"],
    ["a member that a column lacks", { columns: [["deep", "s", "nope"]] }, "deep.s.nope"],
    ["what is below a leaf", { columns: [["deep", "s", "p", "x", "y"]] }, "deep.s.p.x"],
    ["what is below a list", { columns: [["deep", "s", "l", "element"]] }, "deep.s.l"],
    ["half of a map", { columns: [["map", "key"]] }, "map"],
    ["an empty path", { columns: [[]] }, undefined],
    ["a row group that it lacks", { rowGroups: [1] }, undefined],
    ["row groups out of order", { rowGroups: [0, 0] }, undefined],
    ["no row group", { rowGroups: [0.5] }, undefined],
    ["batches without rows", { batchRows: 0 }, undefined],
    ["batches of half a row", { batchRows: 1.5 }, undefined],
  ])("cannot be %s", async (_, options, column) => {
    const { file } = await openBytes(fixtureBytes("nested"));
    const error = await failure((async () => readRows(file, options))());
    expect(error.code).toBe("INVALID_ARGUMENT");
    expect(error.column).toBe(column);
    expect(error.path).toBe(FILE_URL);
  });

  it("can be parts of a struct, which keep its nulls and the file's order", async () => {
    const { file } = await openBytes(fixtureBytes("nested"));
    const { schema } = await readRows(file, {
      columns: [
        ["deep", "s", "l"],
        ["struct", "y"],
        ["deep", "s", "p", "y"],
      ],
    });
    expect(String(schema)).toContain("deep");
    expect(schema!.fields.map(({ name, type }) => `${name}: ${type}`)).toEqual([
      "struct: Struct<{y:Utf8}>",
      "deep: Struct<{s:Struct<{p:Struct<{y:Utf8}>, l:List<Int64>}>}>",
    ]);
  });

  it("is a whole struct when a path ends at it, whatever else is asked for", async () => {
    const { file } = await openBytes(fixtureBytes("nested"));
    for (const columns of [[["struct"]], [["struct", "y"], ["struct"]], [["struct"], ["struct", "x"]]]) {
      const { schema } = await readRows(file, { columns });
      expect(schema!.fields.map(({ type }) => String(type))).toEqual(["Struct<{x:Int32, y:Utf8}>"]);
    }
  });
});

describe("what is newer than this reader", () => {
  it.each(["LZO", "SOMETHING_NEW"])("matters only to the columns that have it: the compression %s", async (codec) => {
    const rewritten = rewriteParquet(bytes, {
      edit: ({ row_groups: groups }) => {
        for (const { columns } of groups) columns[0]!.meta_data!.codec = codec as "LZO";
      },
    });
    const { file } = await openBytes(rewritten);
    expect((await readRows(file, { columns: [["long"]] })).rows).toBe(100);
    const error = await failure(readRows(file));
    expect(error).toMatchObject({ code: "FILE_CORRUPT", column: "int" });
    expect(error.message).toMatch(codec === "LZO" ? /\(LZO\)/ : /not known/);
  });

  it("may be an encoding that no wanted page has", async () => {
    const rewritten = rewriteParquet(bytes, {
      edit: ({ row_groups: groups }) => {
        for (const { columns } of groups) columns[0]!.meta_data!.encodings.push("SOMETHING_NEW" as "PLAIN");
      },
    });
    expect((await readRows((await openBytes(rewritten)).file)).rows).toBe(100);
  });
});

describe("opening what is no good Parquet file", () => {
  const withFooter = (edit: (metadata: FileMetaData) => void) => rewriteParquet(bytes, { edit });
  const chunkOf = (metadata: FileMetaData) => metadata.row_groups[0]!.columns[0]!.meta_data!;

  it.each<[string, Uint8Array, RegExp]>([
    ["an empty file", new Uint8Array(0), /0 bytes are too few/],
    ["a few bytes", bytes.slice(0, 11), /11 bytes are too few/],
    ["another kind of file", new TextEncoder().encode('{"commitInfo":{}}'), /do not end with the magic/],
    ["a file cut off at its end", bytes.slice(0, -1), /do not end with the magic/],
    ["a file cut off at its start", bytes.slice(1), /not within the file|does not start/],
    ["a file with another start", replaced(bytes, 0, "PAR2"), /does not start with the magic/],
    ["an encrypted footer", replaced(bytes, bytes.length - 4, "PARE"), /encrypted/],
    ["a footer longer than the file", replaced(bytes, bytes.length - 8, "\xff\xff\xff\x7f"), /does not fit/],
    ["a footer of no bytes", replaced(bytes, bytes.length - 8, "\0\0\0\0"), /./],
    ["a footer that starts elsewhere", replaced(bytes, bytes.length - 8, "\x10\0\0\0"), /./],
    ["rows that its row groups lack", withFooter((m) => (m.num_rows = 101n)), /100 rows, the footer says 101/],
    ["fewer than no rows", withFooter((m) => (m.row_groups[0]!.num_rows = -1n)), /rows of a row group is -1/],
    ["a row group without a chunk", withFooter((m) => m.row_groups[0]!.columns.pop()), /11 column chunks for 12/],
    ["a chunk of another column", withFooter((m) => (chunkOf(m).path_in_schema = ["text"])), /says it is of "text"/],
    ["a chunk of another type", withFooter((m) => (chunkOf(m).type = "INT64")), /another type/],
    ["a chunk of other rows", withFooter((m) => (chunkOf(m).num_values = 25n)), /25 values for 24 rows/],
    [
      "a chunk behind the file",
      withFooter((m) => (chunkOf(m).total_compressed_size = 1n << 40n)),
      /not within the file/,
    ],
    ["a chunk before the file", withFooter((m) => (chunkOf(m).data_page_offset = -5n)), /not within the file/],
    [
      "a chunk over the footer",
      withFooter((m) => (chunkOf(m).total_compressed_size += 20_000n)),
      /not within the file/,
    ],
    ["two columns of one name", withFooter((m) => renameFirst(m, "int_null")), /same name/],
    ["a schema that ends too soon", withFooter((m) => m.schema.pop()), /ends inside a group/],
    ["a schema that goes on", withFooter((m) => m.schema.push(m.schema[1]!)), /outside its root/],
    ["a group without members", withFooter((m) => delete m.schema.at(-2)!.num_children), /no members/],
    ["bytes of no fixed length", withFooter((m) => (m.schema[8]!.type_length = 0)), /without a length/],
  ])("refuses %s", async (_, damaged, message) => {
    const error = await failure(openBytes(damaged));
    expect(error.code).toBe("FILE_CORRUPT");
    expect(error.path).toBe(FILE_URL);
    expect(error.message).toMatch(message);
  });

  it("says that a file is shorter than the log says", async () => {
    const error = await failure(openBytes(bytes, { size: bytes.length + 1 }));
    expect(error.code).toBe("FILE_CHANGED");
  });

  it("says that a file has become longer than the log says", async () => {
    const error = await failure(openBytes(bytes, { size: bytes.length - 10 }));
    expect(error.code).toBe("FILE_CORRUPT");
  });

  it("says that there is no file", async () => {
    const handler = parquetHandler({ storage: memoryStorage(), decoder: javascriptDecoder() });
    const error = await failure(handler.open(FILE_URL, { size: 100 }));
    expect(error.code).toBe("FILE_NOT_FOUND");
  });

  it.each([-1, 0.5, Number.NaN])("refuses a size of %d", async (size) => {
    expect((await failure(openBytes(bytes, { size }))).code).toBe("INVALID_ARGUMENT");
  });

  it("says that a file shrank between opening and reading", async () => {
    const large = rewriteParquet(bytes, { slack: 100_000 });
    const storage = memoryStorage({ objects: { [FILE_URL]: large } });
    const file = await parquetHandler({ storage, decoder: javascriptDecoder() }).open(FILE_URL, { size: large.length });
    storage.set(FILE_URL, large.slice(0, 50_000));
    expect((await failure(readRows(file))).code).toBe("FILE_CHANGED");
  });

  it("keeps what the parser said as the cause", async () => {
    const error = await failure(openBytes(replaced(bytes, bytes.length - 8 - footerLength(bytes), "\xff\xff\xff\xff")));
    expect(error.code).toBe("FILE_CORRUPT");
    expect(error.cause).toBeInstanceOf(Error);
  });
});

function replaced(bytes: Uint8Array, at: number, text: string): Uint8Array {
  const copy = bytes.slice();
  copy.set(Buffer.from(text, "latin1"), at);
  return copy;
}

function renameFirst({ schema, row_groups: groups }: FileMetaData, name: string): void {
  schema[1]!.name = name;
  for (const { columns } of groups) columns[0]!.meta_data!.path_in_schema = [name];
}
