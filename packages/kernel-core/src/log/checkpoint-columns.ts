import type { ParquetColumnChunk, ParquetField, ParquetFile } from "../engine/parquet.js";

/** Actions that concern the table and not a file, in the columns of a checkpoint. */
const TABLE_ACTIONS = ["protocol", "metaData", "sidecar", "checkpointMetadata"];
/** The same, of which a table may have very many. */
const KEYED_ACTIONS = ["txn", "domainMetadata"];
/** Keyed actions up to this many compressed bytes are read along with the others. */
const SMALL = 256 << 10;

const ADD_FIELDS = [
  "path",
  "partitionValues",
  "size",
  "modificationTime",
  "dataChange",
  "tags",
  "deletionVector",
  "baseRowId",
  "defaultRowCommitVersion",
  "clusteringProvider",
];

/** What to ask of one checkpoint file. */
export interface CheckpointColumns {
  readonly columns: readonly (readonly string[])[];
  readonly rowGroups: readonly number[];
}

/** Columns and row groups that hold the table's actions; keyed ones only where they are small. */
export function tableColumns(file: ParquetFile): CheckpointColumns & { readonly keyed: boolean } {
  const keyed = chunkBytes(file, KEYED_ACTIONS) <= SMALL;
  return { ...columnsWithValues(file, keyed ? [...TABLE_ACTIONS, ...KEYED_ACTIONS] : TABLE_ACTIONS), keyed };
}

/** The same for keyed actions alone. */
export function keyedColumns(file: ParquetFile): CheckpointColumns {
  return columnsWithValues(file, KEYED_ACTIONS);
}

/**
 * Which statistics to read of files: none, all, or those of some columns (by physical path) and the number of records, which
 * is less where they stand apart.
 */
export type StatsWanted = boolean | readonly (readonly string[])[];

/** Columns and row groups that hold `add` actions. Columns without a value are left out. */
export function addColumns(file: ParquetFile, stats: StatsWanted): CheckpointColumns {
  const add = file.fields.find((field) => field.name === "add");
  if (add === undefined) return { columns: [], rowGroups: [] };
  // Every file has a size too: one that lacks its path is an error, and not passed over.
  const isRequired = (chunk: ParquetColumnChunk) => isUnder(chunk, ["add", "path"]) || isUnder(chunk, ["add", "size"]);
  const rowGroups = indexesOf(file, (chunks) => chunks.some((chunk) => isRequired(chunk) && mayHaveValues(chunk)));
  const wanted = ADD_FIELDS.filter((name) => has(add, name));
  const hasAny = (name: string) => has(add, name) && hasValues(file, rowGroups, ["add", name]);
  if (has(add, "partitionValues_parsed") && !hasAny("partitionValues")) wanted.push("partitionValues_parsed");
  const paths: (readonly string[])[] = wanted.map((name) => ["add", name]);
  if (stats !== false) paths.push(...statsColumns(file, add, rowGroups, stats));
  return { columns: paths.filter((path) => path[1] === "path" || hasValues(file, rowGroups, path)), rowGroups };
}

function statsColumns(
  file: ParquetFile,
  add: ParquetField,
  rowGroups: readonly number[],
  wanted: true | readonly (readonly string[])[],
): readonly (readonly string[])[] {
  const text = ["add", "stats"];
  const hasParsed = hasValues(file, rowGroups, ["add", "stats_parsed"]);
  if (wanted === true) return hasParsed && !isFull(file, rowGroups, text) ? [text, ["add", "stats_parsed"]] : [text];
  if (!hasParsed) return [text];
  const sides = ["minValues", "maxValues", "nullCount"];
  const below = [["numRecords"], ...wanted.flatMap((path) => sides.map((side) => [side, ...path]))];
  const leaves = below.map((path) => ["stats_parsed", ...path]).filter((path) => hasPath(add, path));
  const parsed = leaves.map((path) => ["add", ...path]);
  return isFull(file, rowGroups, ["add", "stats_parsed", "numRecords"]) ? parsed : [text, ...parsed];
}

function hasPath(parent: ParquetField, [name, ...rest]: readonly string[]): boolean {
  const child = parent.children.find((candidate) => candidate.name === name);
  return child !== undefined && (rest.length === 0 || hasPath(child, rest));
}

function has(parent: ParquetField, name: string): boolean {
  return parent.children.some((child) => child.name === name);
}

function columnsWithValues(file: ParquetFile, names: readonly string[]): CheckpointColumns {
  const present = file.fields.filter((field) => names.includes(field.name));
  const rowGroups = indexesOf(file, (chunks) =>
    chunks.some((chunk) => names.includes(chunk.path[0]!) && mayHaveValues(chunk)),
  );
  const columns = present.flatMap((action) => {
    // An empty list of features has no leaf value either, and is not the same as none.
    if (action.name === "protocol" || action.kind !== "struct") return [[action.name]];
    const paths = action.children.map((child) => [action.name, child.name]);
    return paths.filter((path) => hasValues(file, rowGroups, path));
  });
  return { columns, rowGroups };
}

function indexesOf(file: ParquetFile, wanted: (chunks: readonly ParquetColumnChunk[]) => boolean): number[] {
  return file.rowGroups.flatMap((group, i) => (wanted(group.columns) ? [i] : []));
}

function hasValues(file: ParquetFile, rowGroups: readonly number[], path: readonly string[]): boolean {
  return rowGroups.some((i) =>
    file.rowGroups[i]!.columns.some((chunk) => isUnder(chunk, path) && mayHaveValues(chunk)),
  );
}

/** Whether a leaf has a value wherever `add.path` has one, as far as statistics tell. */
function isFull(file: ParquetFile, rowGroups: readonly number[], leaf: readonly string[]): boolean {
  return rowGroups.every((i) => {
    const { columns } = file.rowGroups[i]!;
    const chunk = columns.find((c) => isUnder(c, leaf));
    const path = columns.find((c) => isUnder(c, ["add", "path"]));
    return chunk?.nullCount !== undefined && chunk.nullCount === path?.nullCount;
  });
}

function isUnder(chunk: ParquetColumnChunk, path: readonly string[]): boolean {
  return path.every((name, i) => chunk.path[i] === name);
}

function mayHaveValues(chunk: ParquetColumnChunk): boolean {
  return chunk.nullCount === undefined || chunk.nullCount < chunk.numValues;
}

function chunkBytes(file: ParquetFile, names: readonly string[]): number {
  let sum = 0;
  for (const group of file.rowGroups) {
    for (const chunk of group.columns) {
      if (names.includes(chunk.path[0]!) && mayHaveValues(chunk)) sum += chunk.compressedSize;
    }
  }
  return sum;
}
