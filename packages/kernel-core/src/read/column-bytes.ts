import type { ParquetFile } from "../engine/parquet.js";

/** Compressed bytes of columns in a row group; of lists and maps too, whose names in a file begin alike. */
export function columnBytes(file: ParquetFile, rowGroup: number, columns: readonly (readonly string[])[]): number {
  const chunks = file.rowGroups[rowGroup]!.columns.filter(({ path }) =>
    columns.some((column) => column.every((name, at) => path[at] === name)),
  );
  return chunks.reduce((sum, { compressedSize }) => sum + compressedSize, 0);
}
