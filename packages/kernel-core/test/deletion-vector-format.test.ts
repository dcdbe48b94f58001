import { readFileSync } from "node:fs";
import { crc32 as nodeCrc32 } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deletionVectorUniqueId } from "../src/actions/deletion-vector-id.js";
import { crc32 } from "../src/deletion-vector/crc32.js";
import { DeletionVector, decodeDeletionVector, encodeDeletionVector } from "../src/deletion-vector/deletion-vector.js";
import { deletionVectorUrl } from "../src/deletion-vector/location.js";
import { RoaringBuilder, roaringBitmap } from "../src/deletion-vector/roaring-builder.js";
import { decodeRoaring } from "../src/deletion-vector/roaring-decode.js";
import { encodeRoaring } from "../src/deletion-vector/roaring-encode.js";
import { frameVectors, unframeVector } from "../src/deletion-vector/vector-format.js";
import { decodeZ85, encodeZ85 } from "../src/deletion-vector/z85.js";

const fixtures = new URL("fixtures/deletion-vector/", import.meta.url);
const described: Record<string, { cardinality: number; progressions: [number, number, number][] }> = JSON.parse(
  readFileSync(new URL("bitmaps.json", fixtures), "utf8"),
);

/** Rows of progressions [first, end, step], merged in ascending order. */
function rowsOf(progressions: readonly (readonly [number, number, number])[]): number[] {
  const rows: number[] = [];
  for (const [first, end, step] of progressions) for (let row = first; row < end; row += step) rows.push(row);
  return rows.sort((a, b) => a - b);
}

const corruptWith = (reason: string) =>
  expect.objectContaining({ code: "DELETION_VECTOR_CORRUPT", path: "here", message: expect.stringContaining(reason) });

describe("bitmaps that CRoaring wrote", () => {
  for (const [name, { cardinality, progressions }] of Object.entries(described)) {
    const bytes = new Uint8Array(readFileSync(new URL(`${name}.bin`, fixtures)));
    const rows = rowsOf(progressions);

    it(`${name}: has the rows that CRoaring put in`, () => {
      const bitmap = decodeRoaring(bytes, "here");
      expect(bitmap.cardinality).toBe(cardinality);
      expect([...bitmap.rows()]).toEqual(rows);
    });

    it(`${name}: is encoded as it came`, () => {
      expect(encodeRoaring(decodeRoaring(bytes, "here"))).toEqual(bytes);
    });

    it(`${name}: is never larger when built here`, () => {
      const built = encodeRoaring(roaringBitmap(rows));
      expect([...decodeRoaring(built, "here").rows()]).toEqual(rows);
      expect(built.length).toBeLessThanOrEqual(bytes.length);
    });
  }

  it("has the size of the 2 147 484-row vector of the gigantic table", () => {
    const builder = new RoaringBuilder();
    for (let row = 0; row < 2 ** 31; row += 1000) builder.add(row);
    const vector = new DeletionVector(builder.finish());
    const bytes = encodeDeletionVector(vector);
    expect([vector.cardinality, bytes.length]).toEqual([2147484, 4557136]);
    expect(decodeDeletionVector(bytes, 2147484, "here").deletedIn(1_000_000, 2_000_000)).toBe(1000);
  });
});

describe("a vector's serialised form", () => {
  const bytes = encodeDeletionVector(DeletionVector.of([3, 4, 7, 11, 18, 29]));

  it("starts with the magic number, little-endian", () => {
    expect(new DataView(bytes.buffer).getUint32(0, true)).toBe(1681511377);
    expect([...decodeDeletionVector(bytes, 6, "here").rows()]).toEqual([3, 4, 7, 11, 18, 29]);
  });

  it("is refused with another magic number, another cardinality, or bytes behind its end", () => {
    const wrong = bytes.slice();
    wrong[3] = 0;
    expect(() => decodeDeletionVector(wrong, 6, "here")).toThrow(corruptWith("magic number"));
    expect(() => decodeDeletionVector(bytes, 5, "here")).toThrow(corruptWith("deletes 6 rows, but 5 by the log"));
    expect(() => decodeDeletionVector(new Uint8Array([...bytes, 0]), 6, "here")).toThrow(corruptWith("1 bytes follow"));
    expect(() => decodeDeletionVector(bytes.subarray(0, 3), 6, "here")).toThrow(corruptWith("too few"));
  });

  it("is refused by name in the native layout, as the protocol's own inline example is", () => {
    const example = decodeZ85("wi5b=000010000siXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L", "here");
    expect(example.length).toBe(40);
    expect(() => decodeDeletionVector(example, 6, "here")).toThrow(corruptWith("native layout"));
    const native = new Uint8Array(12);
    new DataView(native.buffer).setUint32(0, 1681511376, true);
    expect(() => decodeDeletionVector(native, 0, "here")).toThrow(corruptWith("native layout"));
  });

  it("is framed in a file by its size and checksum", () => {
    const other = encodeDeletionVector(DeletionVector.of([2 ** 40]));
    const { bytes: file, offsets } = frameVectors([bytes, other]);
    expect(file[0]).toBe(1);
    expect(offsets).toEqual([1, 1 + bytes.length + 8]);
    for (const [index, vector] of [bytes, other].entries()) {
      const framed = file.subarray(offsets[index]!, offsets[index]! + vector.length + 8);
      expect(unframeVector(framed, vector.length, "here")).toEqual(vector);
      expect(() => unframeVector(framed, vector.length - 1, "here")).toThrow(corruptWith("by"));
      const damaged = framed.slice();
      damaged[10]! ^= 1;
      expect(() => unframeVector(damaged, vector.length, "here")).toThrow(corruptWith("checksum"));
    }
  });
});

describe("an unusual bitmap", () => {
  const header = (...words: number[]) => new Uint8Array(new Uint32Array(words).buffer);
  const joined = (...parts: (Uint8Array | number[])[]) => new Uint8Array(parts.flatMap((part) => [...part]));
  const NO_RUNS = 12346;

  it("may have empty buckets, which Spark writes for gaps", () => {
    const empty = [NO_RUNS, 0];
    const bytes = header(3, 0, 0, ...empty, 1, ...empty, 2, ...empty);
    expect(decodeRoaring(bytes, "here").cardinality).toBe(0);
  });

  it("may have runs that touch", () => {
    const bytes = joined(header(1, 0, 0, 12347), [1, 0, 0, 3, 0, 2, 0, 5, 0, 1, 0, 7, 0, 1, 0]);
    expect([...decodeRoaring(bytes, "here").rows()]).toEqual([5, 6, 7, 8]);
    expect(decodeRoaring(bytes, "here").rangesIn(0, 10)).toEqual(Int32Array.of(5, 9));
  });

  it.each<[string, Uint8Array]>([
    ["more buckets than", header(0xffffffff, 0)],
    ["more buckets than", header(1, 1, 0, NO_RUNS, 0)],
    ["buckets are not in ascending", header(2, 0, 1, NO_RUNS, 0, 1, NO_RUNS, 0)],
    ["beyond 2^53", header(1, 0, 0x200000, NO_RUNS, 0)],
    ["no cookie", header(1, 0, 0, 12345, 0)],
    ["65537 containers", header(1, 0, 0, NO_RUNS, 65537)],
    ["middle of its bitmap", header(1, 0, 0, NO_RUNS, 65536)],
    ["middle of its bitmap", joined(header(1, 0, 0, NO_RUNS, 1), [0, 0, 0])],
    ["middle of its bitmap", joined(header(1, 0, 0, 12347 | (0xffff << 16)), header(0))],
    ["containers are not in ascending", joined(header(1, 0, 0, NO_RUNS, 2, 0, 0, 24, 26), [0, 0, 0, 0])],
    ["offset of a container", joined(header(1, 0, 0, NO_RUNS, 1, 0, 17), [0, 0])],
    ["rows of a container are not in ascending", joined(header(1, 0, 0, NO_RUNS, 1, 0x10000, 16), [5, 0, 5, 0])],
    ["has 0 rows, but 5001", joined(header(1, 0, 0, NO_RUNS, 1, 5000 << 16, 16), new Uint8Array(8192))],
    ["runs of a container", joined(header(1, 0, 0, 12347), [1, 0, 0, 3, 0, 2, 0, 5, 0, 1, 0, 6, 0, 1, 0])],
    ["runs of a container", joined(header(1, 0, 0, 12347), [1, 0, 0, 1, 0, 1, 0, 255, 255, 1, 0])],
    ["has 3 rows, but 2", joined(header(1, 0, 0, 12347), [1, 0, 0, 1, 0, 1, 0, 5, 0, 2, 0])],
    ["has 0 rows, but 1", joined(header(1, 0, 0, 12347), [1, 0, 0, 0, 0, 0, 0])],
  ])("is refused: %s", (reason, bytes) => {
    expect(() => decodeRoaring(bytes, "here")).toThrow(corruptWith(reason));
  });
});

describe("Base85 and CRC-32", () => {
  it("decode the example of ZeroMQ's RFC 32", () => {
    const bytes = Uint8Array.of(0x86, 0x4f, 0xd2, 0x6f, 0xb5, 0x59, 0xf7, 0x5b);
    expect(decodeZ85("HelloWorld", "here")).toEqual(bytes);
    expect(encodeZ85(bytes)).toBe("HelloWorld");
    expect(decodeZ85("%nSc0", "here")).toEqual(Uint8Array.of(255, 255, 255, 255));
  });

  it("give back any bytes, filled to a multiple of four", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const filled = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
        filled.set(bytes);
        expect(decodeZ85(encodeZ85(bytes), "here")).toEqual(filled);
      }),
      { seed: 85 },
    );
  });

  it.each([
    ["Hell", "no multiple of 5"],
    ["Hello World", "no multiple of 5"],
    ["Hell World", "character 5 "],
    ["HelloWörld", "character 7 "],
    ["Hello,orld", "character 6 "],
    ["Hello%nSc1", "characters 6 to 10 stand for more than 32 bits"],
    ["##093", "more than 32 bits"],
  ])("refuse %s", (text, reason) => {
    expect(() => decodeZ85(text, "here")).toThrow(corruptWith(reason));
  });

  it("sum as Node's zlib does", () => {
    expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => crc32(bytes) === nodeCrc32(bytes)),
      { seed: 32 },
    );
  });
});

describe("a descriptor", () => {
  const relative = { storageType: "u", pathOrInlineDv: "ab^-aqEH.-t@S}K{vb[*k^", sizeInBytes: 40, cardinality: 6 };

  it("has a unique id in which an absent offset is not the offset 0", () => {
    expect(deletionVectorUniqueId(relative)).toBe("uab^-aqEH.-t@S}K{vb[*k^");
    expect(deletionVectorUniqueId({ ...relative, offset: 0 })).toBe("uab^-aqEH.-t@S}K{vb[*k^@0");
    expect(deletionVectorUniqueId({ ...relative, offset: 4 })).toBe("uab^-aqEH.-t@S}K{vb[*k^@4");
  });

  it("has a file below the table's root, as in the protocol's example", () => {
    const url = "s3://mytable/ab/deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin";
    expect(deletionVectorUrl("s3://mytable/", relative)).toBe(url);
    expect(deletionVectorUrl("s3://mytable", relative)).toBe(url);
    const plain = { ...relative, pathOrInlineDv: "^-aqEH.-t@S}K{vb[*k^" };
    expect(deletionVectorUrl("s3://mytable/", plain)).toBe(url.replace("/ab/", "/"));
    const odd = { ...relative, pathOrInlineDv: "ä b/%41^-aqEH.-t@S}K{vb[*k^" };
    expect(deletionVectorUrl("s3://mytable/", odd)).toBe(url.replace("/ab/", "/%C3%A4%20b/%2541/"));
  });

  it("has a file at its absolute path, decoded once", () => {
    const absolute = { ...relative, storageType: "p", pathOrInlineDv: "s3://other/a%20b/%2541.bin" };
    expect(deletionVectorUrl("s3://mytable/", absolute)).toBe("s3://other/a%20b/%2541.bin");
    const local = { ...absolute, pathOrInlineDv: "file:/lake/t/dv.bin" };
    expect(deletionVectorUrl("file:///lake/t/", local)).toBe("file:///lake/t/dv.bin");
  });

  it("has no file when it is inline, and is refused with an unknown storage type", () => {
    expect(deletionVectorUrl("s3://mytable/", { ...relative, storageType: "i" })).toBeUndefined();
    expect(() => deletionVectorUrl("s3://mytable/", { ...relative, storageType: "x" })).toThrow(
      expect.objectContaining({ code: "DELETION_VECTOR_CORRUPT" }),
    );
  });

  it("is refused when its text holds no UUID", () => {
    const short = { ...relative, pathOrInlineDv: "^-aqEH" };
    expect(() => deletionVectorUrl("s3://mytable/", short)).toThrow(
      expect.objectContaining({ code: "DELETION_VECTOR_CORRUPT", path: "^-aqEH" }),
    );
  });
});
