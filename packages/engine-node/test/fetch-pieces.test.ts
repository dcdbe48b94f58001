import type { ByteRange, Storage } from "@asyncdelta/kernel-core";
import { memoryStorage } from "@asyncdelta/kernel-core/testing";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fetchPieces } from "../dist/parquet/fetch-pieces.js";
import type { FileTail } from "../dist/parquet/file-tail.js";

const URL = "memory:///t/file";
const FILE = Uint8Array.from({ length: 400 }, (_, i) => (i * 7) & 0xff);

/** How a storage uses the memory that it is offered. */
type Manner = "each range apart" | "ranges together" | "its own memory" | "inside its own memory";

function storageOf(manner: Manner): Storage {
  return {
    ...memoryStorage(),
    readRanges: async (_, ranges, { allocate = (length: number) => new Uint8Array(length) } = {}) => {
      const first = ranges[0]!.offset;
      const last = ranges.at(-1)!;
      if (manner === "inside its own memory") {
        const whole = FILE.slice();
        return ranges.map(({ offset, length }) => whole.subarray(offset, offset + length));
      }
      if (manner === "ranges together") {
        const whole = allocate(last.offset + last.length - first);
        whole.set(FILE.subarray(first, last.offset + last.length));
        return ranges.map(({ offset, length }) => whole.subarray(offset - first, offset - first + length));
      }
      return ranges.map(({ offset, length }) => {
        const bytes = manner === "its own memory" ? new Uint8Array(length) : allocate(length);
        expect(bytes.length).toBe(length);
        bytes.set(FILE.subarray(offset, offset + length));
        return bytes;
      });
    },
  };
}

function tailFrom(start: number): FileTail {
  return { start, bytes: FILE.slice(start), footer: new Uint8Array(0), etag: undefined };
}

/** Ascending ranges that do not overlap. */
const ranges = fc
  .uniqueArray(fc.nat(FILE.length), { minLength: 2, maxLength: 10 })
  .map((cuts) => cuts.sort((a, b) => a - b))
  .map((cuts) =>
    Array.from({ length: cuts.length >> 1 }, (_, i): ByteRange => {
      const offset = cuts[2 * i]!;
      return { offset, length: cuts[2 * i + 1]! - offset };
    }),
  );

describe("fetching pieces of a file", () => {
  it.each<Manner>(["each range apart", "ranges together", "its own memory", "inside its own memory"])(
    "gives the bytes of every range, whether the storage reads %s, and a range in one piece where it can be",
    async (manner) => {
      await fc.assert(
        fc.asyncProperty(ranges, fc.nat(FILE.length), fc.boolean(), async (wanted, start, isShared) => {
          const allocate = (length: number) =>
            new Uint8Array(isShared ? new SharedArrayBuffer(length + 9) : new ArrayBuffer(length + 9), 3, length);
          const pieces = await fetchPieces(storageOf(manner), URL, wanted, tailFrom(start), { allocate });
          let at = 0;
          for (const { offset, length } of wanted) {
            let got = 0;
            for (; got < length; at++) {
              expect(pieces[at]!.offset).toBe(offset + got);
              const bytes = Uint8Array.from(pieces[at]!.bytes);
              expect(bytes).toEqual(FILE.subarray(offset + got, offset + got + bytes.length));
              got += bytes.length;
            }
            expect(got).toBe(length);
          }
          expect(pieces).toHaveLength(at);
          if (!manner.includes("own memory")) expect(pieces).toHaveLength(wanted.length);
        }),
        { numRuns: 300 },
      );
    },
  );
});
