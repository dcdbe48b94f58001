import type { RecordBatch } from "apache-arrow";
import { type DeltaError, isDeltaError } from "../../src/errors.js";
import { readTask } from "../../src/read/read-task.js";
import type { ScanTask } from "../../src/scan/scan-task.js";
import { parseSchema } from "../../src/schema/parse-schema.js";
import type { StructType } from "../../src/schema/types.js";
import { type ArrowFile, arrowEngine, rowsOf } from "./arrow-files.js";

/** The JSON of a field: its type, and under column mapping its physical name and id. */
export function field(name: string, type: unknown, physicalName?: string, id?: number): object {
  const metadata = {
    ...(physicalName === undefined ? {} : { "delta.columnMapping.physicalName": physicalName }),
    ...(id === undefined ? {} : { "delta.columnMapping.id": id }),
  };
  return { name, type, nullable: true, metadata };
}
export const struct = (...fields: object[]): object => ({ type: "struct", fields });
export const array = (elementType: unknown): object => ({ type: "array", elementType, containsNull: true });
export const map = (keyType: unknown, valueType: unknown): object => ({
  type: "map",
  keyType,
  valueType,
  valueContainsNull: true,
});
export const schemaOf = (...fields: object[]): StructType => parseSchema(JSON.stringify(struct(...fields)));

const ROOT = "memory:///t/";

/** A task that reads the file `part.parquet`. */
export function taskOf(schema: StructType, more: Partial<ScanTask> = {}): ScanTask {
  return {
    url: `${ROOT}part.parquet`,
    path: "part.parquet",
    size: 1,
    schema,
    partitionColumns: [],
    partitionValues: {},
    columnMapping: "none",
    tableRoot: ROOT,
    ...more,
  };
}

/** The batches that a task gives, read from a file of such batches. */
export async function readBatches(task: ScanTask, file: ArrowFile): Promise<RecordBatch[]> {
  const { engine } = arrowEngine({ [task.url]: file });
  const batches: RecordBatch[] = [];
  for await (const batch of readTask(engine, task)) batches.push(batch);
  return batches;
}

/** The same, as rows. */
export async function readRows(task: ScanTask, file: ArrowFile): Promise<Record<string, unknown>[]> {
  return (await readBatches(task, file)).flatMap(rowsOf);
}

/** What was asked of the file. */
export async function askedColumns(
  task: ScanTask,
  file: ArrowFile,
): Promise<readonly (readonly string[])[] | undefined> {
  const { engine, log } = arrowEngine({ [task.url]: file });
  for await (const _ of readTask(engine, task));
  return log.columns[0];
}

/** The error in which a reading ends. */
export async function failureOf(reading: Promise<unknown>): Promise<DeltaError> {
  try {
    await reading;
  } catch (error) {
    if (isDeltaError(error)) return error;
    throw error;
  }
  throw new Error("no error");
}
