import { brotliCompressSync, constants, deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decompress } from "../dist/parquet/javascript/decompress.js";
import { readDeltaLengths, readDeltaStrings, readDeltas } from "../dist/parquet/javascript/delta.js";
import { readBitPacked, readBits, readHybrid } from "../dist/parquet/javascript/hybrid.js";
import { decompressLz4, decompressLz4Raw } from "../dist/parquet/javascript/lz4.js";
import { microsFromInt96, microsFromMillis, microsFromNanos } from "../dist/parquet/javascript/timestamps.js";
import { Turn } from "../dist/parquet/javascript/turn.js";
import { type ByteValues, fixedValues } from "../dist/parquet/javascript/values.js";
import { cases } from "./parquet-cases.js";

/** The encoders below are as plain as can be: one bit at a time, in bigints. */
class BitWriter {
  readonly bits: number[] = [];
  put(value: bigint, width: number): void {
    for (let i = 0; i < width; i++) this.bits.push(Number((value >> BigInt(i)) & 1n));
  }
  bytes(): number[] {
    const bytes = new Array<number>(Math.ceil(this.bits.length / 8)).fill(0);
    for (const [i, bit] of this.bits.entries()) bytes[i >> 3]! |= bit << (i & 7);
    return bytes;
  }
}

function varint(value: bigint): number[] {
  const bytes: number[] = [];
  for (let rest = BigInt.asUintN(64, value); ; rest >>= 7n) {
    if (rest < 128n) return [...bytes, Number(rest)];
    bytes.push(Number(rest & 127n) | 128);
  }
}

const zigzag = (value: bigint) => varint((value << 1n) ^ (value >> 63n));

type Run = { readonly value: number; readonly times: number } | { readonly values: readonly number[] };

function hybrid(runs: readonly Run[], width: number): number[] {
  return runs.flatMap((run) => {
    if ("times" in run) {
      const bytes = Array.from({ length: Math.ceil(width / 8) }, (_, i) => Math.floor(run.value / 256 ** i) % 256);
      return [...varint(BigInt(run.times) << 1n), ...bytes];
    }
    const writer = new BitWriter();
    const groups = Math.ceil(run.values.length / 8);
    for (let i = 0; i < groups * 8; i++) writer.put(BigInt(run.values[i] ?? 0), width);
    return [...varint((BigInt(groups) << 1n) | 1n), ...writer.bytes()];
  });
}

function deltas(values: readonly bigint[], bits: 32 | 64, perBlock = 128, miniblocks = 4): number[] {
  const wrap = (value: bigint) => BigInt.asIntN(bits, value);
  const bytes = [...varint(BigInt(perBlock)), ...varint(BigInt(miniblocks)), ...varint(BigInt(values.length))];
  bytes.push(...zigzag(values[0] ?? 0n));
  for (let start = 1; start < values.length; start += perBlock) {
    const block = values.slice(start, start + perBlock).map((value, i) => wrap(value - values[start + i - 1]!));
    const least = block.toSorted((a, b) => (a < b ? -1 : 1))[0]!;
    const offsets = block.map((delta) => BigInt.asUintN(bits, delta - least));
    const perMini = perBlock / miniblocks;
    const minis = Array.from({ length: miniblocks }, (_, i) => offsets.slice(i * perMini, (i + 1) * perMini));
    const widths = minis.map((mini) => mini.reduce((most, value) => Math.max(most, value.toString(2).length), 0));
    bytes.push(...zigzag(least), ...widths.map((width, i) => (minis[i]!.length === 0 ? 0 : width)));
    for (const [i, mini] of minis.entries()) {
      if (mini.length === 0) continue;
      const writer = new BitWriter();
      for (let k = 0; k < perMini; k++) writer.put(mini[k] ?? 0n, widths[i]!);
      bytes.push(...writer.bytes());
    }
  }
  return bytes;
}

const textsOf = ({ source, starts, ends, count }: ByteValues) =>
  Array.from({ length: count }, (_, i) => Buffer.from(source.subarray(starts[i], ends[i])).toString());

describe("runs of levels and indexes", () => {
  const runsOf = (width: number) => {
    const value = fc.integer({ min: 0, max: 2 ** width - 1 });
    const rle = fc.record({ value, times: fc.integer({ min: 0, max: 70 }) });
    return fc.array(fc.oneof(rle, fc.record({ values: fc.array(value, { minLength: 8, maxLength: 40 }) })));
  };
  const widths = fc.integer({ min: 1, max: 32 }).chain((width) => fc.tuple(fc.constant(width), runsOf(width)));

  it("come out as they went in, at every width", () => {
    fc.assert(
      fc.property(widths, ([width, runs]) => {
        // Bit-packed runs are padded to eights, so they are cut to that here.
        const even = runs.map((run) =>
          "values" in run ? { values: run.values.slice(0, run.values.length & ~7) } : run,
        );
        const expected = even.flatMap((run) =>
          "times" in run ? new Array<number>(run.times).fill(run.value) : run.values,
        );
        const bytes = Uint8Array.from(hybrid(even, width));
        const target = new Int32Array(expected.length);
        readHybrid(bytes, 0, bytes.length, width, target, expected.length);
        expect([...target].map((value) => value >>> 0)).toEqual(expected);
      }),
      { seed: 1, numRuns: cases(300) },
    );
  });

  it("may lack the padding of the last group", () => {
    const bytes = Uint8Array.from([3, 0b1101]);
    const target = new Uint8Array(3);
    readHybrid(bytes, 0, bytes.length, 1, target, 3);
    expect([...target]).toEqual([1, 0, 1]);
    expect(() => readHybrid(Uint8Array.from([3]), 0, 1, 1, target, 3)).toThrow(/cut off/);
  });

  it("need no bytes when they are of no width", () => {
    const target = new Int32Array(5).fill(7);
    readHybrid(new Uint8Array(0), 0, 0, 0, target, 5);
    expect([...target]).toEqual([0, 0, 0, 0, 0]);
  });

  it("end in an error, not in a hang, when they are cut off or absurd", () => {
    const target = new Int32Array(100);
    for (const bytes of [[], [0x80], [0x80, 0x80, 0x80, 0x80, 0x80, 0x80], [0, 1, 0, 1], [200], [5, 1, 2]]) {
      expect(() => readHybrid(Uint8Array.from(bytes), 0, bytes.length, 9, target, 100)).toThrow(/cut off/);
    }
    expect(() => readHybrid(new Uint8Array(100), 0, 100, 33, target, 100)).toThrow(/too wide/);
  });

  it("never write beyond what is wanted, however long they claim to be", () => {
    const target = new Int32Array(10);
    readHybrid(Uint8Array.from([0xfe, 0xff, 0xff, 0xff, 0x0f, 7]), 0, 6, 3, target, 5);
    expect([...target]).toEqual([7, 7, 7, 7, 7, 0, 0, 0, 0, 0]);
  });

  it("come out of the deprecated packing too, highest bit first", () => {
    // The example of "Bit-packed (Deprecated)" in Encodings.md.
    const target = new Uint8Array(8);
    const bytes = Uint8Array.from([0b00000101, 0b00111001, 0b01110111]);
    expect(readBitPacked(bytes, 0, 3, 3, target)).toBe(3);
    expect([...target]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(() => readBitPacked(bytes, 1, 3, 3, target)).toThrow(/cut off/);
  });

  it("can be read bit by bit", () => {
    const bytes = Uint8Array.from([0b10110100, 0xff, 0x0f, 0xff, 0xff]);
    expect(readBits(bytes, 2, 3)).toBe(0b101);
    expect(readBits(bytes, 6, 4)).toBe(0b1110);
    expect(readBits(bytes, 8, 32)).toBe(0xffff0fff);
  });
});

describe("deltas", () => {
  const check = (bits: 32 | 64, values: bigint[], perBlock?: number, miniblocks?: number) => {
    const bytes = Uint8Array.from([9, 9, ...deltas(values, bits, perBlock, miniblocks)]);
    const read = readDeltas(bytes, 2, (bits / 8) as 4 | 8, values.length);
    const ArrayType = bits === 32 ? Int32Array : BigInt64Array;
    const numbers = new ArrayType(read.bytes.buffer as ArrayBuffer, read.bytes.byteOffset, values.length);
    expect([...numbers].map(BigInt)).toEqual(values);
  };

  it("of 64 bits add up exactly, wrapping as they must", () => {
    const values = fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(values, (values) => check(64, values)),
      { seed: 2, numRuns: cases(100) },
    );
    check(64, [2n ** 63n - 1n, -(2n ** 63n), 2n ** 63n - 1n, 0n]);
  });

  it("of 32 bits add up exactly, wrapping as they must", () => {
    const values = fc.array(fc.bigInt({ min: -(2n ** 31n), max: 2n ** 31n - 1n }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(values, (values) => check(32, values)),
      { seed: 3, numRuns: cases(100) },
    );
    check(32, [2n ** 31n - 1n, -(2n ** 31n), 2n ** 31n - 1n, 0n]);
  });

  it("of small steps, in blocks of other sizes", () => {
    const values = Array.from({ length: 1000 }, (_, i) => BigInt(i * i));
    check(64, values, 256, 2);
    check(32, values, 8, 1);
    check(64, [5n]);
  });

  it("end in an error when they make no sense", () => {
    const good = deltas([1n, 2n, 3n], 64);
    const read =
      (bytes: number[], count = 3) =>
      () =>
        readDeltas(Uint8Array.from(bytes), 0, 8, count);
    expect(read(good)).not.toThrow();
    expect(read(good, 4)).toThrow(/3 deltas for 4/);
    expect(read(good.slice(0, 3))).toThrow(/ends inside/);
    expect(read(good.slice(0, 7))).toThrow(/cut off/);
    expect(read([0, 0, 3, 2, 2])).toThrow(/no sense/);
    expect(read([12, 4, 3, 2, 2])).toThrow(/no sense/);
    expect(read([...deltas([1n], 64).slice(0, 3), ...new Array<number>(11).fill(0x80)], 1)).toThrow(/64 bits/);
  });

  it("of lengths and prefixes give texts", () => {
    const texts = fc.array(fc.string({ unit: "grapheme", maxLength: 12 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(texts, (texts) => {
        const encoded = texts.map((text) => [...Buffer.from(text)]);
        const lengths = deltas(
          encoded.map(({ length }) => BigInt(length)),
          32,
        );
        expect(textsOf(readDeltaLengths(Uint8Array.from([...lengths, ...encoded.flat()]), 0, texts.length))).toEqual(
          texts,
        );
        const shared = encoded.map((bytes, i) => {
          const before = encoded[i - 1] ?? [];
          const different = bytes.findIndex((byte, k) => byte !== before[k]);
          return different < 0 ? bytes.length : different;
        });
        const suffixes = encoded.map((bytes, i) => bytes.slice(shared[i]));
        const page = [
          ...deltas(shared.map(BigInt), 32),
          ...deltas(
            suffixes.map(({ length }) => BigInt(length)),
            32,
          ),
          ...suffixes.flat(),
        ];
        expect(textsOf(readDeltaStrings(Uint8Array.from(page), 0, texts.length))).toEqual(texts);
      }),
      { seed: 4, numRuns: cases(100) },
    );
  });

  it("of prefixes longer than the value before are an error", () => {
    const page = [...deltas([0n, 3n], 32), ...deltas([2n, 0n], 32), 0x61, 0x62];
    expect(() => readDeltaStrings(Uint8Array.from(page), 0, 2)).toThrow(/longer than the value before/);
    expect(() => readDeltaLengths(Uint8Array.from([...deltas([5n], 32), 0x61]), 0, 1)).toThrow(/beyond its page/);
    expect(() => readDeltaLengths(Uint8Array.from([...deltas([-1n], 32), 0x61]), 0, 1)).toThrow(/beyond its page/);
  });
});

describe("timestamps", () => {
  const longs = (values: bigint[]) => fixedValues(8, values.length, new Uint8Array(BigInt64Array.from(values).buffer));
  const micros = ({ bytes, count }: { bytes: Uint8Array; count: number }) => [
    ...new BigInt64Array(bytes.buffer, bytes.byteOffset, count),
  ];

  it("of INT96 are exact for every year", () => {
    const day = fc.oneof(fc.integer({ min: -800_000, max: 3_000_000 }), fc.integer({ min: -1e8, max: 1e8 }));
    const nanos = fc.oneof(
      fc.bigInt({ min: 0n, max: 86_399_999_999_999n }),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    );
    fc.assert(
      fc.property(day, nanos, (day, nanos) => {
        const view = new DataView(new ArrayBuffer(12));
        view.setBigInt64(0, nanos, true);
        view.setInt32(8, day + 2_440_588, true);
        const floored = (nanos - (((nanos % 1000n) + 1000n) % 1000n)) / 1000n;
        const read = microsFromInt96(fixedValues(12, 1, new Uint8Array(view.buffer)));
        expect(micros(read)).toEqual([BigInt(day) * 86_400_000_000n + floored]);
      }),
      { seed: 5, numRuns: cases(1000) },
    );
  });

  it("of nanoseconds are rounded down, of milliseconds are exact", () => {
    expect(micros(microsFromNanos(longs([999n, -1n, -1000n, -1001n, 2n ** 63n - 1n])))).toEqual([
      ...[0n, -1n, -1n, -2n, 9223372036854775n],
    ]);
    expect(micros(microsFromMillis(longs([253402300799999n, -62135596800000n])))).toEqual([
      ...[253402300799999000n, -62135596800000000n],
    ]);
  });

  it("beyond 64 bits of microseconds are an error", () => {
    expect(() => microsFromMillis(longs([2n ** 63n - 1n]))).toThrow(/64 bits/);
    const view = new DataView(new ArrayBuffer(12));
    view.setInt32(8, 2 ** 31 - 1, true);
    expect(() => microsFromInt96(fixedValues(12, 1, new Uint8Array(view.buffer)))).toThrow(/64 bits/);
  });
});

describe("compressed pages", () => {
  const text = Buffer.from(Array.from({ length: 20_000 }, (_, i) => `{"id":${i},"name":"n${i % 7}"}`).join("\n"));
  const brotli = (input: string | Buffer) =>
    brotliCompressSync(input, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } });
  const turn = new Turn(undefined);
  const size = text.length;

  it.each([
    ["GZIP", gzipSync(text)],
    ["GZIP", deflateSync(text)],
    ["GZIP", Buffer.concat([gzipSync(text.subarray(0, 1000)), gzipSync(text.subarray(1000))])],
    ["BROTLI", brotli(text)],
  ] as const)("of %s come out, large and small", async (codec, bytes) => {
    expect(Buffer.from(await decompress(bytes, codec, size, turn)).equals(text)).toBe(true);
    const small = codec === "GZIP" ? gzipSync("abc") : brotli("abc");
    expect(Buffer.from(await decompress(small, codec, 3, turn)).toString()).toBe("abc");
  });

  it.each(["GZIP", "BROTLI"] as const)(
    "of %s that are larger than they say, or smaller, are an error",
    async (codec) => {
      const compress = codec === "GZIP" ? gzipSync : brotli;
      for (const said of [size - 1, size + 1])
        await expect(decompress(compress(text), codec, said, turn)).rejects.toThrow();
      for (const said of [2, 4]) await expect(decompress(compress("abc"), codec, said, turn)).rejects.toThrow();
    },
  );

  it("of no known codec are an error that says so", async () => {
    await expect(decompress(text, "LZO", 10, turn)).rejects.toThrow(/LZO/);
  });

  it("of no bytes need none", async () => {
    for (const codec of ["SNAPPY", "GZIP", "ZSTD", "LZ4", "LZ4_RAW", "BROTLI"] as const) {
      expect(await decompress(new Uint8Array(0), codec, 0, turn)).toHaveLength(0);
    }
  });
});

describe("LZ4", () => {
  /** Greedy: literals, then the nearest earlier copy of at least four bytes. */
  function block(bytes: readonly number[]): number[] {
    const out: number[] = [];
    let literals: number[] = [];
    const extra = (length: number) => {
      const more: number[] = [];
      for (let rest = length - 15; rest >= 0; rest -= 255) more.push(Math.min(rest, 255));
      if (length >= 15 && (length - 15) % 255 === 0 && length > 15) more.push(0);
      return more;
    };
    const emit = (match?: { distance: number; length: number }) => {
      const matched = match === undefined ? 0 : match.length - 4;
      out.push((Math.min(literals.length, 15) << 4) | Math.min(matched, 15), ...extra(literals.length), ...literals);
      if (match !== undefined) out.push(match.distance & 255, match.distance >> 8, ...extra(matched));
      literals = [];
    };
    for (let at = 0; at < bytes.length; ) {
      let best = { distance: 0, length: 0 };
      for (let distance = 1; distance <= Math.min(at, 40); distance++) {
        let length = 0;
        while (at + length < bytes.length - 5 && bytes[at + length] === bytes[at + length - distance]) length++;
        if (length > best.length) best = { distance, length };
      }
      if (best.length >= 4) {
        emit(best);
        at += best.length;
      } else literals.push(bytes[at++]!);
    }
    emit();
    return out;
  }
  const inputs = fc.array(fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 255 })), {
    maxLength: 900,
  });

  it("blocks come out, bare, in Hadoop's framing and in frames", () => {
    fc.assert(
      fc.property(inputs, (bytes) => {
        const expected = Uint8Array.from(bytes);
        const raw = Uint8Array.from(block(bytes));
        expect(decompressLz4Raw(raw, bytes.length)).toEqual(expected);
        const half = bytes.length >> 1;
        const parts = [bytes.slice(0, half), bytes.slice(half)];
        const framed = parts.flatMap((part) => {
          const compressed = block(part);
          return [...bigEndian(part.length), ...bigEndian(compressed.length), ...compressed];
        });
        expect(decompressLz4(Uint8Array.from(framed), bytes.length)).toEqual(expected);
        // Magic, version 1 with independent blocks, 64 KiB, header checksum (not looked at).
        const frame = [0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82];
        const compressed = block(bytes);
        frame.push(...littleEndian(compressed.length), ...compressed, ...littleEndian(0));
        expect(decompressLz4(Uint8Array.from(frame), bytes.length)).toEqual(expected);
      }),
      { seed: 6, numRuns: cases(150) },
    );
  });

  it("bare blocks are found where Hadoop's framing is allowed", () => {
    const bytes = Array.from({ length: 200 }, (_, i) => i % 9);
    expect([...decompressLz4(Uint8Array.from(block(bytes)), 200)]).toEqual(bytes);
  });

  it("frames may hold stored blocks, sizes and checksums", () => {
    const content = [1, 2, 3, 4, 5];
    const frame = [0x04, 0x22, 0x4d, 0x18, 0x78, 0x40, 5, 0, 0, 0, 0, 0, 0, 0, 0];
    frame.push(...littleEndian(0x80000005), ...content, 9, 9, 9, 9, ...littleEndian(0));
    expect([...decompressLz4(Uint8Array.from(frame), 5)]).toEqual(content);
    expect(() => decompressLz4(Uint8Array.from(frame.slice(0, 20)), 5)).toThrow(/cut off/);
    expect(() => decompressLz4(Uint8Array.from(frame), 4)).toThrow(/more bytes/);
  });

  it("damage ends in an error", () => {
    for (const [bytes, message] of [
      [[0x10], /cut off/],
      [[0xf0], /cut off/],
      [[0xf0, 255, 255], /cut off/],
      [[0x10, 7, 1], /cut off/],
      [[0x10, 7, 0, 0], /before its start/],
      [[0x10, 7, 2, 0], /before its start/],
      [[0x1f, 7, 1, 0, 255, 255, 3], /more bytes/],
      [[0x10, 7], /1 bytes for 10/],
    ] as const) {
      expect(() => decompressLz4Raw(Uint8Array.from(bytes), 10)).toThrow(message);
    }
  });

  const bigEndian = (n: number) => [n >>> 24, (n >> 16) & 255, (n >> 8) & 255, n & 255];
  const littleEndian = (n: number) => bigEndian(n).reverse();
});
