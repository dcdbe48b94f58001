import { CompactReader } from "../compact-reader.js";

/** What a ColumnIndex says of the pages of a column chunk, values as they are encoded. */
export interface ColumnIndex {
  /** Whether all rows of a page are null. */
  readonly nullPages: readonly boolean[];
  readonly minValues: readonly Uint8Array[];
  readonly maxValues: readonly Uint8Array[];
  readonly nullCounts?: readonly number[];
}

/**
 * Reads a ColumnIndex (parquet.thrift). It says nothing where it is damaged, is not of as many pages, or counts other nulls
 * than its chunk has.
 */
export function readColumnIndex(
  bytes: Uint8Array,
  pages: number,
  chunkNulls: number | undefined,
): ColumnIndex | undefined {
  let index: Partial<ColumnIndex>;
  try {
    index = readLists(new CompactReader(bytes));
  } catch {
    return undefined;
  }
  const { nullPages, minValues, maxValues, nullCounts } = index;
  if (nullPages?.length !== pages || minValues?.length !== pages || maxValues?.length !== pages) return undefined;
  if (nullCounts === undefined) return { nullPages, minValues, maxValues };
  if (nullCounts.length !== pages || nullCounts.some((count) => count < 0)) return undefined;
  const nulls = nullCounts.reduce((sum, count) => sum + count, 0);
  if (chunkNulls !== undefined && nulls !== chunkNulls) return undefined;
  return { nullPages, minValues, maxValues, nullCounts };
}

function readLists(reader: CompactReader): Partial<ColumnIndex> {
  const index: { -readonly [K in keyof ColumnIndex]?: ColumnIndex[K] } = {};
  for (let id = reader.field(0); id !== 0; id = reader.field(id)) {
    if (id === 1) index.nullPages = reader.flags();
    else if (id === 2) index.minValues = reader.items(() => reader.binary());
    else if (id === 3) index.maxValues = reader.items(() => reader.binary());
    else if (id === 5) index.nullCounts = reader.items(() => Number(reader.i64()));
    else reader.skip();
  }
  return index;
}
