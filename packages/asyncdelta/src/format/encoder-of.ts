import type { StructType } from "@asyncdelta/kernel-core";
import type { Schema } from "apache-arrow";
import type { BatchEncoder } from "./batch-encoder.js";
import type { ByteFormat } from "./byte-format.js";

/** The encoder of a format, loaded when it is first wanted. */
export async function encoderOf(
  format: ByteFormat,
  schema: StructType,
  arrowSchema: () => Promise<Schema>,
): Promise<BatchEncoder> {
  if (format === "arrow") return (await import("./arrow-encoder.js")).arrowEncoder(await arrowSchema());
  if (format === "jsonl") return (await import("./jsonl-encoder.js")).jsonlEncoder(schema);
  const [{ cellColumns, cellEncoder }, { csvFormat }] = await Promise.all([
    import("./cell-encoder.js"),
    import("./csv-format.js"),
  ]);
  return cellEncoder(schema, csvFormat(cellColumns(schema)));
}
