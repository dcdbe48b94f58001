import type { DecodeJob } from "../dist/parquet/decoder.js";
import { readMetadata } from "../dist/parquet/read-metadata.js";
import { arrowSchema } from "../dist/parquet/schema/arrow-schema.js";
import { readSchema } from "../dist/parquet/schema/read-schema.js";
import { leavesOf } from "../dist/parquet/schema/schema-node.js";
import { footerLength } from "./parquet-rewrite.js";

/** All columns of the first row group of a file. */
export function jobOf(bytes: Uint8Array, batchRows: number): DecodeJob {
  const footer = bytes.subarray(bytes.length - 8 - footerLength(bytes), bytes.length - 8);
  const metadata = readMetadata(footer);
  const root = readSchema(metadata.schema);
  const leaves = leavesOf(root).map(({ path }) => path);
  const pieces = [{ offset: 0, bytes }];
  const facts = {
    url: "memory:///f",
    since: 0,
    fileSize: bytes.length,
    footer,
    metadata,
    rowGroup: 0,
    isSparse: false as const,
  };
  return { ...facts, leaves, schema: arrowSchema(root), pieces, batchRows };
}
