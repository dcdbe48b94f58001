import { describe, expect, it } from "vitest";
import { CompactReader } from "../dist/parquet/compact-reader.js";
import { type PageHeader, readPageHeader } from "../dist/parquet/javascript/page-header.js";

// Each field is a byte of how far its id is from the one before and its type, and its value. Numbers are twice as large.
const DATA = [0x15, 0];
const DATA_V2 = [0x15, 6];
const SIZES = [0x15, 40, 0x15, 30];
const PAGE = [0x15, 20, 0x15, 0, 0x15, 6, 0x15, 6];
const PAGE_V2 = [0x15, 20, 0x15, 2, 0x15, 20, 0x15, 0, 0x15, 8, 0x15, 4];
/** -7 is not the next id, so that it comes behind its type. */
const NEGATIVE = [0x05, 13, 2];

function read(...bytes: readonly number[]): PageHeader {
  return readPageHeader(new CompactReader(Uint8Array.from(bytes)));
}

describe("the header of a page", () => {
  it("has the facts of the page that it is of", () => {
    expect(read(...DATA, ...SIZES, 0x2c, ...PAGE, 0, 0)).toEqual({
      ...{ kind: "data", uncompressedSize: 20, size: 15, crc: undefined, numValues: 10 },
      ...{ encoding: "PLAIN", definitionEncoding: "RLE", repetitionEncoding: "RLE" },
    });
    const v2 = { kind: "data-v2", uncompressedSize: 20, size: 15, crc: undefined, numValues: 10, numRows: 10 };
    const levels = { encoding: "PLAIN", definitionBytes: 4, repetitionBytes: 2 };
    expect(read(...DATA_V2, ...SIZES, 0x5c, ...PAGE_V2, 0, 0)).toEqual({ ...v2, ...levels, isCompressed: true });
    expect(read(...DATA_V2, ...SIZES, 0x5c, ...PAGE_V2, 0x12, 0, 0)).toEqual({ ...v2, ...levels, isCompressed: false });
  });

  it("takes nothing from the header before", () => {
    read(...DATA, ...SIZES, 0x2c, ...PAGE, 0, 0);
    expect(() => read(...DATA, ...SIZES, 0)).toThrow("has no count");
    expect(() => read(...DATA, 0)).toThrow("has no size");
  });

  it("is not changed by fields of the page that no writer gives", () => {
    expect(read(...DATA, ...SIZES, 0x2c, ...PAGE, ...NEGATIVE, 0, 0)).toMatchObject({ size: 15, numValues: 10 });
    // Of two pages in one header the last one counts, and all of it.
    expect(() => read(...DATA, ...SIZES, 0x2c, ...PAGE, 0, 0x2c, 0x15, 20, 0, 0)).toThrow("unknown encoding");
  });

  it.each([
    ["its size", [...DATA, 0x15, 40, 0x11, 0x2c, ...PAGE, 0, 0]],
    ["the page in it", [...DATA, ...SIZES, 0x25, 2, 0]],
    ["whether it is compressed", [...DATA_V2, ...SIZES, 0x5c, ...PAGE_V2, 0x15, 2, 0, 0]],
  ])("is refused where %s is of another type", (_, bytes) => {
    expect(() => read(...bytes)).toThrow("a Thrift field has type");
  });
});
