import type { Schema } from "apache-arrow";
import type { StructType } from "../schema/types.js";

export function loadToArrowType(): Promise<typeof import("./to-arrow-type.js")> {
  return import("./to-arrow-type.js");
}

/**
 * The Arrow schema in which rows of a Delta schema are given out, also when there are none. Longs are int64, decimals
 * decimal128, timestamps are in microseconds (of UTC, or of no zone), dates in days; a list's element is named
 * `element`, a map's entries are of `key` and `value`; a variant is a struct of the binaries `metadata` and `value`, a
 * void column null.
 *
 * The first call loads apache-arrow.
 */
export async function arrowSchema(schema: StructType): Promise<Schema> {
  const { toArrowSchema } = await loadToArrowType();
  return toArrowSchema(schema);
}
