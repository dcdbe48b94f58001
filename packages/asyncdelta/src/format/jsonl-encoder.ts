import type { StructType } from "@asyncdelta/kernel-core";
import type { RecordBatch } from "apache-arrow";
import { rowReader } from "../rows/row-reader.js";
import { jsonWriter } from "../text/json-text.js";
import type { BatchEncoder } from "./batch-encoder.js";
import { TORN_JSONL } from "./torn-jsonl.js";

/** Characters worth one write. */
const CHUNK = 1 << 18;

/** A JSON object a line. */
export function jsonlEncoder(schema: StructType): BatchEncoder {
  const write = jsonWriter(schema);
  return {
    *start() {},
    *batch(batch: RecordBatch) {
      const read = rowReader(schema, batch);
      let text = "";
      for (let i = 0; i < batch.numRows; i++) {
        text += `${write(read(i))}\n`;
        if (text.length >= CHUNK) {
          yield text;
          text = "";
        }
      }
      if (text !== "") yield text;
    },
    *end() {},
    torn: () => TORN_JSONL,
  };
}
