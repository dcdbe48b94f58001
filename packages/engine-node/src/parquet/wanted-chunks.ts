import type { ColumnMetaData } from "hyparquet";
import type { DecodeJob } from "./decoder.js";

/** The column chunks of the selected leaves. */
export function wantedChunks({ metadata, rowGroup, leaves }: DecodeJob): ColumnMetaData[] {
  const wanted = new Set(leaves.map((path) => path.join("\0")));
  const columns = metadata.row_groups[rowGroup]?.columns ?? [];
  return columns.flatMap(({ meta_data: chunk }) =>
    chunk !== undefined && wanted.has(chunk.path_in_schema.join("\0")) ? [chunk] : [],
  );
}
