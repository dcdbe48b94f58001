import { Field, Int64, Struct, Utf8, vectorFromArray } from "apache-arrow";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FileColumns } from "../src/columnar/file-columns.js";

const type = new Struct([new Field("path", new Utf8(), true), new Field("size", new Int64(), true)]);

describe("file actions in columns", () => {
  it("have the sum of some rows' sizes, as exactly as a number can", () => {
    const size = fc.oneof(
      fc.bigInt(0n, 2n ** 53n),
      fc.bigInt(0n, 2n ** 33n),
      fc.constantFrom(0n, 2n ** 31n, 2n ** 32n - 1n),
    );
    fc.assert(
      fc.property(fc.array(size, { minLength: 1, maxLength: 60 }), fc.nat(5), (sizes, every) => {
        const data = vectorFromArray(
          [7n, ...sizes].map((size, at) => ({ path: `${at}`, size })),
          type,
        ).slice(1).data[0]!;
        const rows = Int32Array.from(sizes.keys()).filter((row) => row % (every + 1) === 0);
        const files = new FileColumns(data as never, { path: "c", version: 0 });
        expect(files.totalSize(rows)).toBe(Number([...rows].reduce((sum, row) => sum + sizes[row]!, 0n)));
      }),
    );
  });
});
