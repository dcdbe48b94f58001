import { isDeltaError } from "@asyncdelta/kernel-core";
import * as arrow from "apache-arrow";
import { expect, it } from "vitest";
import { arrowEncoder } from "../src/format/arrow-encoder.js";
import type { Chunk } from "../src/format/batch-encoder.js";
import { batch, column, decimals, int64 } from "./arrow-batches.js";

const rows = batch({
  id: int64(new arrow.Int64(), [1n, null, 3n]),
  s: column(new arrow.Utf8(), ["a", null, "c".repeat(100_000)]),
  d: decimals(38, 2, [1n, -2n, 3n]),
});

function bytes(chunks: Iterable<Chunk>): Buffer {
  return Buffer.concat(Array.from(chunks, (chunk) => chunk as Uint8Array));
}

it("is a stream of every batch, with its end marker", () => {
  const encoder = arrowEncoder(rows.schema);
  const stream = bytes([
    ...encoder.start(),
    ...encoder.batch(rows),
    ...encoder.batch(rows.slice(1, 3)),
    ...encoder.end(),
  ]);
  expect(stream.subarray(-8)).toEqual(Buffer.from(Int32Array.of(-1, 0).buffer));
  const table = arrow.tableFromIPC(stream);
  expect(table.numRows).toBe(5);
  expect(table.getChild("id")!.toArray()).toEqual(BigInt64Array.of(1n, 0n, 3n, 0n, 3n));
  expect(table.getChild("s")!.get(4)).toBe("c".repeat(100_000));
});

it("has the schema also when there is no batch", () => {
  const encoder = arrowEncoder(rows.schema);
  const table = arrow.tableFromIPC(bytes([...encoder.start(), ...encoder.end()]));
  expect(table.schema.names).toEqual(["id", "s", "d"]);
  expect(table.numRows).toBe(0);
});

it("keeps dictionaries apart from batch to batch", () => {
  const type = new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32(), 0);
  const one = batch({ s: column(type, ["a", "b"]) });
  const two = new arrow.RecordBatch(one.schema, batch({ s: column(type, ["c", "d"]) }).data);
  const encoder = arrowEncoder(one.schema);
  const stream = bytes([...encoder.start(), ...encoder.batch(one), ...encoder.batch(two), ...encoder.end()]);
  expect([...arrow.tableFromIPC(stream).getChild("s")!]).toEqual(["a", "b", "c", "d"]);
});

it("refuses a batch of another schema rather than hide it in a second stream", () => {
  const encoder = arrowEncoder(rows.schema);
  bytes(encoder.start());
  const other = batch({ id: column(new arrow.Int32(), [1]) });
  try {
    bytes(encoder.batch(other));
    expect.unreachable();
  } catch (error) {
    expect(isDeltaError(error, "TYPE_MISMATCH")).toBe(true);
  }
});

it("ends in a torn message when it is cut short, which readers refuse", () => {
  const encoder = arrowEncoder(rows.schema);
  const stream = bytes([...encoder.start(), ...encoder.batch(rows), encoder.torn()]);
  expect(() => arrow.tableFromIPC(stream)).toThrow();
});
