import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type FileMetaData, parquetMetadata } from "hyparquet";
import { describe, expect, it } from "vitest";
import { CompactReader } from "../dist/parquet/compact-reader.js";
import { readMetadata } from "../dist/parquet/read-metadata.js";
import { i64, list, struct, type ThriftValue, writeThrift } from "../dist/parquet/thrift-writer.js";
import { fixtureBytes, fixtures } from "./parquet-files.js";
import { footerLength } from "./parquet-rewrite.js";

/** What reading rows needs of hyparquet's reading of a footer: the same, and nothing more. */
function needed({
  version,
  schema,
  num_rows,
  row_groups,
  key_value_metadata,
  created_by,
  metadata_length,
}: FileMetaData) {
  return {
    schema: schema.map((element) => {
      // Newer types, which the Arrow types do not depend on.
      const isNew = /VARIANT|GEO/.test(element.logical_type?.type ?? "");
      return isNew ? { ...element, logical_type: undefined } : element;
    }),
    ...{ version, num_rows, key_value_metadata, created_by, metadata_length },
    row_groups: row_groups.map(({ columns, num_rows, total_byte_size }) => ({
      ...{ num_rows, total_byte_size },
      columns: columns.map(({ file_path, file_offset, meta_data: meta }) => ({
        ...{ file_path, file_offset },
        // Page indexes and bloom filters are read when they are asked for.
        at: expect.any(Number),
        meta_data: meta && {
          type: meta.type,
          encodings: meta.encodings,
          path_in_schema: meta.path_in_schema,
          codec: meta.codec,
          num_values: meta.num_values,
          total_uncompressed_size: meta.total_uncompressed_size,
          total_compressed_size: meta.total_compressed_size,
          data_page_offset: meta.data_page_offset,
          dictionary_page_offset: meta.dictionary_page_offset,
          // Bounds are read when they are asked for.
          statistics: meta.statistics && { null_count: meta.statistics.null_count, at: expect.any(Number) },
        },
      })),
    })),
  };
}

function expectSame(bytes: Uint8Array, name: string): void {
  const end = bytes.length - 8;
  const footer = bytes.subarray(end - footerLength(bytes), end);
  // toEqual: an absent field is as good as an undefined one.
  expect(readMetadata(footer), name).toEqual(needed(parquetMetadata(bytes, { geoparquet: false })));
}

describe("the metadata of a footer", () => {
  it("are read as hyparquet reads them, in every fixture", () => {
    for (const { name } of fixtures()) expectSame(fixtureBytes(name), name);
  });

  const corpus = process.env.ASYNCDELTA_CORPUS;
  it.skipIf(corpus === undefined)("are read as hyparquet reads them, in real files", () => {
    const paths = readdirSync(corpus!, { recursive: true, encoding: "utf8" }).filter((path) =>
      path.endsWith(".parquet"),
    );
    for (const path of paths) {
      const bytes = new Uint8Array(readFileSync(join(corpus!, path)));
      if (bytes.length > 0) expectSame(bytes, path);
    }
  });

  it("must have what is required", () => {
    expect(() => readMetadata(writeThrift(struct()))).toThrow("a file in the footer has no version");
  });
});

describe("Thrift structs", () => {
  const reader = (value: ThriftValue) => {
    const reader = new CompactReader(writeThrift(struct([1, value])));
    reader.field(0);
    return reader;
  };

  it.each([0n, 1n, -1n, 63n, -64n, 2n ** 48n, -(2n ** 48n), 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)])(
    "hold the long %d exactly",
    (value) => {
      expect(reader(i64(value)).i64()).toBe(value);
    },
  );

  it("are read by type", () => {
    expect(() => reader(i64(5n)).i32()).toThrow(/type 6 where 5/);
    expect(() => reader(i64(5n)).text()).toThrow(/type 6 where 8/);
    expect(() => reader(i64(5n)).list()).toThrow(/type 6 where 9/);
    expect(() => reader(i64(5n)).struct()).toThrow(/type 6 where 12/);
    expect(() => reader(i64(5n)).bool()).toThrow(/type 6 where 2/);
    expect(() => reader(list("i64", [])).i64()).toThrow(/type 9 where 6/);
  });

  it("can be passed over, whatever is in them", () => {
    // A double, a list of booleans, a byte, a list of lists, a struct, and then the number 7.
    const bytes = [
      0x17, 1, 2, 3, 4, 5, 6, 7, 8, 0x19, 0x21, 1, 2, 0x13, 9, 0x19, 0x19, 0x15, 2, 0x1c, 0x11, 0, 0x15, 14, 0,
    ];
    const reader = new CompactReader(Uint8Array.from(bytes));
    let id = 0;
    for (let field = 1; field <= 5; field++) {
      id = reader.field(id);
      expect(id).toBe(field);
      reader.skip();
    }
    expect(reader.field(id)).toBe(6);
    expect(reader.i32()).toBe(7);
    expect(reader.field(6)).toBe(0);
    expect(reader.at).toBe(bytes.length);
  });

  it("end in an error where the bytes do, or make no sense", () => {
    for (const bytes of [[], [0x15], [0x15, 0x80], [0x18, 5, 1], [0x19, 0xf5, 0xff, 0x7f], [0x1e], [0x17, 1]]) {
      const reader = new CompactReader(Uint8Array.from(bytes));
      expect(() => {
        for (let id = reader.field(0); id !== 0; id = reader.field(id)) reader.skip();
      }, String(bytes)).toThrow(Error);
    }
    const endless = Uint8Array.from([0x16, ...new Array<number>(20).fill(0x80)]);
    const reader = new CompactReader(endless);
    reader.field(0);
    expect(() => reader.i64()).toThrow(/64 bits/);
  });

  it("hold numbers of 32 bits where those are wanted", () => {
    const reader = new CompactReader(Uint8Array.from([0x15, 0xff, 0xff, 0xff, 0xff, 0x7f]));
    reader.field(0);
    expect(() => reader.i32()).toThrow(/32 bits/);
  });
});
