import type { StructType } from "@asyncdelta/kernel-core";
import type { RecordBatch } from "apache-arrow";
import { structReader } from "./nested-reader.js";
import type { Row } from "./value.js";

/**
 * A reader of whole rows of a batch, by position.
 *
 * @param schema the Delta schema of the batch
 * @throws DeltaError `TYPE_MISMATCH` if the batch cannot have this schema
 */
export function rowReader(schema: StructType, batch: RecordBatch): (index: number) => Row {
  return structReader(schema, batch.data, "");
}
