import { openSelection, type RowRanges, type RowSelection, takeData } from "@asyncdelta/kernel-core";
import { RecordBatch } from "apache-arrow";
import type { SchemaElement } from "hyparquet";
import { keepLeaves, keyOf } from "./javascript/decode-columns.js";
import { pickRanges } from "./javascript/pick-ranges.js";
import { arrowSchema } from "./schema/arrow-schema.js";
import { readSchema } from "./schema/read-schema.js";
import { packBatch } from "./threads/pack-batch.js";
import { recordBatch } from "./wasm-batch.js";
import type { DecodedBatch } from "./wasm-request.js";

/** What a worker needs to apply a selection to decoded batches. */
export interface SelectedColumns {
  readonly elements: readonly SchemaElement[];
  readonly leaves: readonly (readonly string[])[];
  readonly selection: RowSelection;
}

/** Leaves the rows out of a decoded batch that are not wanted; `undefined` where none is. */
export type WindowFilter = (decoded: DecodedBatch) => (DecodedBatch & { readonly rows: RowRanges }) | undefined;

/** Makes a selection ready for batches that have all columns. */
export async function openWindowFilter({ elements, leaves, selection }: SelectedColumns): Promise<WindowFilter> {
  const steps = await openSelection(selection);
  const root = readSchema(elements);
  const schema = arrowSchema({ ...root, children: keepLeaves(root.children, new Set(leaves.map(keyOf))) });
  return (decoded) => {
    let batch = recordBatch(schema, decoded);
    let rows: RowRanges | undefined;
    for (const step of steps) {
      const kept = step.select(batch);
      if (kept === undefined) continue;
      if (kept.length === 0) return undefined;
      rows = rows === undefined ? kept.slice() : pickRanges(rows, kept);
      batch = new RecordBatch(schema, takeData(batch.data, kept) as never);
    }
    if (rows === undefined) return { ...decoded, rows: Int32Array.of(0, decoded.numRows) };
    return { ...packBatch(batch), rows };
  };
}
