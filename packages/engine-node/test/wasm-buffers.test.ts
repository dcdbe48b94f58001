import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { copyBits, countZeros } from "../dist/parquet/wasm-bits.js";
import { writeMicros } from "../dist/parquet/wasm-timestamp.js";

const MIN = -(2n ** 63n);
const MAX = 2n ** 63n - 1n;
const int64 = fc.bigInt(MIN, MAX);

function floorDivide(value: bigint, by: bigint): bigint {
  return value / by - (value % by < 0n ? 1n : 0n);
}

function micros(unit: "MILLIS" | "NANOS" | "INT96", source: Int32Array, count: number): bigint[] {
  const target = new Int32Array(count * 2);
  writeMicros(unit, source, target);
  return [...new BigInt64Array(target.buffer)];
}

function pairs(values: readonly bigint[]): Int32Array {
  return new Int32Array(BigInt64Array.from(values).buffer);
}

describe("timestamps become microseconds", () => {
  it("from nanoseconds, floored, over the whole range", () => {
    const ends = [0n, 1n, -1n, 999n, -999n, 1000n, -1000n, -1001n, MIN, MAX];
    fc.assert(
      fc.property(fc.array(int64), (some) => {
        const values = [...ends, ...some];
        expect(micros("NANOS", pairs(values), values.length)).toEqual(values.map((value) => floorDivide(value, 1000n)));
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it("from milliseconds, exactly, as far as they fit", () => {
    const fits = fc.bigInt(MIN / 1000n, MAX / 1000n);
    fc.assert(
      fc.property(fc.array(fits), (some) => {
        const values = [0n, -1n, MIN / 1000n, MAX / 1000n, 253402300799999n, ...some];
        expect(micros("MILLIS", pairs(values), values.length)).toEqual(values.map((value) => value * 1000n));
      }),
      { numRuns: 200, seed: 2 },
    );
  });

  it.each([MAX / 1000n + 1n, MIN / 1000n - 1n, MAX, MIN])("and %s milliseconds are refused", (value) => {
    expect(() => micros("MILLIS", pairs([value]), 1)).toThrow(RangeError);
  });

  it("from INT96, floored, in every year", () => {
    const part = fc.record({
      day: fc.oneof(fc.integer(), fc.integer({ min: 1_721_426, max: 5_373_484 })),
      nanos: fc.oneof(int64, fc.bigInt(0n, 86_399_999_999_999n)),
    });
    fc.assert(
      fc.property(part, ({ day, nanos }) => {
        const source = new Int32Array(3);
        source.set(pairs([nanos]));
        source[2] = day;
        const exact = (BigInt(day) - 2_440_588n) * 86_400_000_000n + floorDivide(nanos, 1000n);
        if (exact < MIN || exact > MAX) expect(() => micros("INT96", source, 1)).toThrow(RangeError);
        else expect(micros("INT96", source, 1)).toEqual([exact]);
      }),
      { numRuns: 2000, seed: 3 },
    );
  });
});

describe("bits", () => {
  const bits = fc.array(fc.boolean(), { minLength: 1, maxLength: 100 });

  function pack(values: readonly boolean[]): Uint8Array {
    const bytes = new Uint8Array((values.length + 7) >> 3);
    values.forEach((value, index) => {
      if (value) bytes[index >> 3]! |= 1 << (index & 7);
    });
    return bytes;
  }

  function unpack(bytes: Uint8Array, count: number): boolean[] {
    return Array.from({ length: count }, (_, index) => ((bytes[index >> 3]! >> (index & 7)) & 1) === 1);
  }

  it("are copied and counted from any place on", () => {
    fc.assert(
      fc.property(bits, fc.nat(), fc.nat(), (values, from, length) => {
        const first = from % values.length;
        const count = length % (values.length - first + 1);
        const target = new Uint8Array((count + 7) >> 3);
        copyBits(pack(values), first, count, target);
        const wanted = values.slice(first, first + count);
        expect(unpack(target, count)).toEqual(wanted);
        expect(countZeros(pack(values), first, count)).toBe(wanted.filter((value) => !value).length);
      }),
      { numRuns: 1000, seed: 4 },
    );
  });
});
