import type { RecordBatch } from "apache-arrow";
import { takeRanges } from "../read/filter-batch.js";
import { corruptVector } from "./corrupt-vector.js";
import type { DeletionVector } from "./deletion-vector.js";

/**
 * The batch without its deleted rows. `rowOffset` is the position of its first row in the data file; the other rows must
 * follow it there. A batch that loses nothing comes back as it is; one that loses everything has no rows.
 */
export function removeDeletedRows(batch: RecordBatch, rowOffset: number, vector: DeletionVector): RecordBatch {
  const kept = vector.keptRanges(rowOffset, batch.numRows);
  return kept === undefined ? batch : takeRanges(batch, kept);
}

/**
 * Throws `DELETION_VECTOR_CORRUPT` if the vector deletes rows that a data file of `numRows` rows does not have: then it
 * is another file's, and says nothing about this one. `dataFile` names the file in the error.
 */
export function checkVectorFits(vector: DeletionVector, numRows: number, dataFile: string): void {
  const inside = vector.deletedIn(0, numRows);
  if (inside === vector.cardinality) return;
  const reason = `${vector.cardinality - inside} of its ${vector.cardinality} rows lie beyond the ${numRows} rows of the data file`;
  throw corruptVector(`of ${dataFile}`, reason);
}
