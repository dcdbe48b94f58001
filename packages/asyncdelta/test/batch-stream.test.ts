import type { StructType } from "@asyncdelta/kernel-core";
import { type RecordBatch, type Schema, tableFromArrays } from "apache-arrow";
import { expect, it } from "vitest";
import { BatchStream } from "../src/batch-stream.js";

const [batch] = tableFromArrays({ id: [1, 2, 3] }).batches as unknown as [RecordBatch];
const LONG: StructType = {
  kind: "struct",
  fields: [{ name: "id", type: { kind: "primitive", name: "long" }, nullable: true, metadata: {} }],
};

/** Batches without an end, whose schema is found as it is said; knows whether it was returned. */
class Endless extends BatchStream {
  returned = 0;
  readonly #schema: () => Promise<StructType>;

  constructor(schema: () => Promise<StructType>) {
    super();
    this.#schema = schema;
  }

  [Symbol.asyncIterator](): AsyncIterator<RecordBatch> {
    return {
      next: async () => ({ value: batch }),
      return: async () => {
        this.returned++;
        return { done: true, value: undefined };
      },
    };
  }

  override arrowSchema(): Promise<Schema> {
    return Promise.resolve(batch.schema);
  }

  protected override deltaSchema(): Promise<StructType> {
    return this.#schema();
  }
}

it("reads no further where a batch came that no rows can be made of", async () => {
  const failing = new Endless(() => Promise.reject(new Error("no schema")));
  const rows = failing.rows();
  await expect(rows.next()).rejects.toThrow("no schema");
  expect(failing.returned).toBe(1);
  expect((await rows.next()).done).toBe(true);

  const mismatched = new Endless(async () => LONG);
  await expect(mismatched.rows().next()).rejects.toMatchObject({ code: "TYPE_MISMATCH" });
  expect(mismatched.returned).toBe(1);
});
