import fc from "fast-check";
import { deserializeTCompactProtocol } from "hyparquet/src/thrift.js";
import { describe, expect, it } from "vitest";
import { type ThriftValue, writeThrift } from "../dist/parquet/thrift-writer.js";

/** A struct as hyparquet reads it. */
function readBack(bytes: Uint8Array): unknown {
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
  const fields = deserializeTCompactProtocol(reader);
  expect(reader.offset).toBe(bytes.length);
  return fields;
}

/** The same, made from what was written. */
function expected(value: ThriftValue): unknown {
  switch (value.type) {
    case "i32":
      return Number(value.value);
    case "i64":
      return BigInt(value.value);
    case "binary":
      return new TextEncoder().encode(value.value);
    case "list":
      return value.values.map(expected);
    case "struct":
      return Object.fromEntries(
        value.fields.flatMap(([id, field]) => (field === undefined ? [] : [[`field_${id}`, expected(field)]])),
      );
    default:
      return value satisfies never;
  }
}

const leaf = fc.oneof(
  fc.integer().map((value): ThriftValue => ({ type: "i32", value })),
  fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map((value): ThriftValue => ({ type: "i64", value })),
  fc.string({ unit: "binary", maxLength: 200 }).map((value): ThriftValue => ({ type: "binary", value })),
);

const { struct } = fc.letrec<{ struct: ThriftValue; list: ThriftValue; value: ThriftValue }>((tie) => ({
  struct: fc
    .array(fc.tuple(fc.integer({ min: 1, max: 200 }), fc.option(tie("value"), { nil: undefined })), { maxLength: 8 })
    .map((pairs) => [...new Map(pairs)].sort(([a], [b]) => a - b))
    .map((fields): ThriftValue => ({ type: "struct", fields })),
  list: fc
    .oneof({ maxDepth: 3 }, fc.array(tie("struct"), { maxLength: 20 }), fc.array(leaf, { maxLength: 20 }))
    .map((values): ThriftValue => {
      const of = values[0]?.type ?? "i32";
      return { type: "list", of, values: values.filter(({ type }) => type === of) };
    }),
  value: fc.oneof({ maxDepth: 3 }, leaf, leaf, tie("list"), tie("struct")),
}));

describe("a Thrift struct", () => {
  it("that was written is read back by another reader", () => {
    fc.assert(
      fc.property(struct, (value) => {
        expect(readBack(writeThrift(value))).toEqual(expected(value));
      }),
      { numRuns: 500, seed: 5 },
    );
  });

  it("holds numbers up to the ends of their ranges", () => {
    const numbers = [0n, 1n, -1n, 2n ** 31n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n)];
    const values = numbers.map((value): ThriftValue => ({ type: "i64", value }));
    const bytes = writeThrift({ type: "struct", fields: [[1, { type: "list", of: "i64", values }]] });
    expect(readBack(bytes)).toEqual({ field_1: numbers });
  });

  it("holds lists and fields beyond the short forms", () => {
    const values = Array.from({ length: 300 }, (_, value): ThriftValue => ({ type: "i32", value }));
    const fields = [
      [20, { type: "list", of: "i32", values }],
      [900, { type: "binary", value: "é".repeat(3000) }],
    ] as const;
    const bytes = writeThrift({ type: "struct", fields });
    expect(readBack(bytes)).toEqual(expected({ type: "struct", fields }));
  });
});
