import { corruptVector } from "./corrupt-vector.js";
import type { DeletionVector } from "./deletion-vector.js";

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
