import { type DataType as ArrowType, type Data, Int64, Utf8 } from "apache-arrow";
import type { RowRanges } from "../deletion-vector/row-ranges.js";
import { DeltaError } from "../errors.js";
import { type MetadataColumn, metadataColumnName } from "../scan/metadata-columns.js";
import type { ScanTask } from "../scan/scan-task.js";
import { constantData } from "./constant-data.js";
import { newData } from "./new-data.js";

/** Where the rows of a batch are in their file. */
export interface RowPositions {
  /** Position of the batch's first row, before any was left out. */
  readonly rowOffset: number;
  /** The rows that were kept, by their distance from `rowOffset`; absent means all. */
  readonly kept?: RowRanges | undefined;
}

/** Makes a metadata column of `length` rows. `materialized` holds what the file itself says, where it says something. */
export type MakeMetadata = (rows: RowPositions, length: number, materialized: Data | undefined) => Data;

/**
 * How a metadata column of a task is made. PROTOCOL.md, "Reader Requirements for Row Tracking". What is made throws
 * `LOG_CORRUPT` for rows whose id or version neither the file nor the log knows.
 */
export function metadataMaker(column: MetadataColumn, task: ScanTask): MakeMetadata {
  const { url, baseRowId, defaultRowCommitVersion } = task;
  switch (column) {
    case "file_path":
      return (_, length) => constantData(UTF8, url, length);
    case "row_index":
      return (rows, length) => longs(positions(rows, length, 0n));
    case "row_id":
      return (rows, length, materialized) => {
        if (isComplete(materialized)) return longs(valuesOf(materialized));
        if (baseRowId === undefined) throw untracked(column, "baseRowId", task.path);
        return longs(overlay(positions(rows, length, baseRowId), materialized));
      };
    case "row_commit_version":
      return (_, length, materialized) => {
        if (isComplete(materialized)) return longs(valuesOf(materialized));
        const version = defaultRowCommitVersion;
        if (version === undefined) throw untracked(column, "defaultRowCommitVersion", task.path);
        return longs(overlay(new BigInt64Array(length).fill(version), materialized));
      };
  }
}

const UTF8: ArrowType = new Utf8();
const INT64: ArrowType = new Int64();

function longs(values: BigInt64Array): Data {
  return newData(INT64, values.length, { values });
}

/** Physical positions from `base` on. */
function positions({ rowOffset, kept }: RowPositions, length: number, base: bigint): BigInt64Array {
  const values = new BigInt64Array(length);
  const first = base + BigInt(rowOffset);
  const ranges = kept ?? Int32Array.of(0, length);
  let row = 0;
  for (let at = 0; at < ranges.length; at += 2) {
    let value = first + BigInt(ranges[at]!);
    for (const end = row + ranges[at + 1]! - ranges[at]!; row < end; row++) values[row] = value++;
  }
  return values;
}

/** The materialized value of each row that has one, else the default. */
function overlay(defaults: BigInt64Array, materialized: Data | undefined): BigInt64Array {
  if (materialized === undefined) return defaults;
  const values = valuesOf(materialized);
  for (let row = 0; row < materialized.length; row++) if (materialized.getValid(row)) defaults[row] = values[row]!;
  return defaults;
}

function isComplete(materialized: Data | undefined): materialized is Data {
  return materialized !== undefined && materialized.nullCount === 0;
}

function valuesOf({ values, length }: Data): BigInt64Array {
  return (values as BigInt64Array).subarray(0, length);
}

function untracked(column: MetadataColumn, key: string, path: string): DeltaError {
  const name = metadataColumnName(column);
  const message = `The log has no ${key} for the file ${path}, so that its rows have no ${name}, though the table tracks its rows.`;
  return new DeltaError("LOG_CORRUPT", message, { column: name, path });
}
