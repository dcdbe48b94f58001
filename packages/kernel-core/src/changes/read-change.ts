import { type DataType as ArrowType, type Data, RecordBatch, type Schema, Struct } from "apache-arrow";
import { checkVectorFits } from "../deletion-vector/check-fit.js";
import { DeletionVector } from "../deletion-vector/deletion-vector.js";
import { loadDeletionVector } from "../deletion-vector/load-deletion-vector.js";
import type { Engine } from "../engine/engine.js";
import { DeltaError, isDeltaError } from "../errors.js";
import { BatchTransform } from "../read/batch-transform.js";
import { castLeaf } from "../read/cast-leaf.js";
import { constantData } from "../read/constant-data.js";
import { takeRanges } from "../read/filter-batch.js";
import { newData } from "../read/new-data.js";
import { type OpenTask, openTask, readOpenTask } from "../read/read-file.js";
import type { ReadTaskOptions } from "../read/read-task.js";
import { toArrowSchema } from "../read/to-arrow-type.js";
import type { ScanTask } from "../scan/scan-task.js";
import type { DataType, StructType } from "../schema/types.js";
import { CHANGE_TYPE, changeSchema } from "./change-columns.js";
import type { ChangeTask } from "./change-task.js";

/** A file of changes that is ready to be read. */
export interface OpenChange {
  readonly task: ChangeTask;
  readonly opened: OpenTask;
  /** Where its deletion vector changed: the rows that went, and those that came back. */
  readonly vectors?: { readonly went: DeletionVector; readonly came: DeletionVector };
}

/** Reads the footer of a task's file and its deletion vectors, at the same time. */
export async function openChange(
  engine: Engine,
  task: ChangeTask,
  signal: AbortSignal | undefined,
): Promise<OpenChange> {
  return explained(task, async () => {
    const scan = await withSize(engine, task.scan, signal);
    const { change } = task;
    if (change.kind !== "vector") return { task, opened: await openTask(engine, scan, signal) };
    const load = (descriptor: typeof change.before) =>
      descriptor === undefined
        ? NO_ROWS
        : loadDeletionVector(engine, scan.tableRoot, descriptor, { signal, dataFile: scan.path });
    // All have settled before one fails, so that nothing goes on behind an error.
    const [file, before, after] = await Promise.allSettled([
      openTask(engine, scan, signal),
      load(change.before),
      load(change.after),
    ]);
    if (file.status === "rejected") throw file.reason;
    if (before.status === "rejected") throw before.reason;
    if (after.status === "rejected") throw after.reason;
    for (const { value } of [before, after]) checkVectorFits(value, file.value.file.numRows, scan.path);
    const vectors = { went: after.value.minus(before.value), came: before.value.minus(after.value) };
    return { task, opened: file.value, vectors };
  });
}

/** The changes that an open file holds, in batches of the feed's schema. */
export async function* readOpenChange(
  { task, opened, vectors }: OpenChange,
  options: ReadTaskOptions,
): AsyncGenerator<RecordBatch, void, undefined> {
  const output = new ChangeBatches(task);
  try {
    if (vectors !== undefined) yield* readVectorChange(opened, vectors, output, options);
    else if (task.change.kind === "cdc") yield* readChangeFile(opened, output, options);
    else for await (const batch of readOpenTask(opened, options)) yield output.batch(batch, task.change.kind);
  } catch (error) {
    throw explain(task, error);
  }
}

const NO_ROWS: DeletionVector = DeletionVector.of([]);
const STRING: DataType = { kind: "primitive", name: "string" };

/** A file whose rows each say what happened to them. PROTOCOL.md, "Change Data Files". */
async function* readChangeFile(
  { task, file }: OpenTask,
  output: ChangeBatches,
  options: ReadTaskOptions,
): AsyncGenerator<RecordBatch> {
  const unusable = (what: string) => {
    const message = `The change data file ${task.path} ${what} ${CHANGE_TYPE}, so that it does not say what happened to its rows.`;
    return new DeltaError("FILE_CORRUPT", message, { path: task.path, column: CHANGE_TYPE });
  };
  if (!file.fields.some(({ name }) => name === CHANGE_TYPE)) throw unusable("has no column");
  const transform = new BatchTransform(task, file.fields);
  const columns = [...transform.physicalColumns, [CHANGE_TYPE]];
  let rows = 0;
  for await (const { batch } of file.read({ ...options, columns })) {
    rows += batch.numRows;
    const index = batch.schema.fields.findIndex(({ name }) => name === CHANGE_TYPE);
    const column = batch.data.children[index]!;
    const types = castLeaf(STRING, output.changeType, column.type)?.(column);
    if (types === undefined) throw unusable("has no text in the column");
    if (types.nullCount > 0) throw unusable("has nulls in the column");
    if (batch.numRows > 0) yield output.batch(transform.apply(batch), types);
  }
  checkRows(rows, file.numRows, task.path);
}

/** A file of which other rows are deleted than before. Row groups in which nothing changed are not read. */
async function* readVectorChange(
  { task, file }: OpenTask,
  { went, came }: NonNullable<OpenChange["vectors"]>,
  output: ChangeBatches,
  options: ReadTaskOptions,
): AsyncGenerator<RecordBatch> {
  const changes = went.cardinality + came.cardinality;
  if (changes === 0) return;
  const rowGroups = [...file.rowGroups.entries()]
    .filter(([, { rowStart, numRows }]) => {
      return went.deletedIn(rowStart, rowStart + numRows) + came.deletedIn(rowStart, rowStart + numRows) > 0;
    })
    .map(([index]) => index);
  const transform = new BatchTransform(task, file.fields);
  let rows = 0;
  for await (const { batch, rowOffset } of file.read({ ...options, columns: transform.physicalColumns, rowGroups })) {
    for (const [vector, kind] of [
      [went, "delete"],
      [came, "insert"],
    ] as const) {
      const ranges = vector.deletedRanges(rowOffset, batch.numRows);
      if (ranges.length === 0) continue;
      const changed = transform.apply(takeRanges(batch, ranges));
      rows += changed.numRows;
      yield output.batch(changed, kind);
    }
  }
  checkRows(rows, changes, task.path);
}

/** Makes batches of the feed out of batches of the table. */
class ChangeBatches {
  readonly #schema: Schema;
  readonly #version: bigint;
  /** Microseconds. */
  readonly #timestamp: bigint;

  constructor({ scan, version, timestamp }: ChangeTask) {
    this.#schema = toArrowSchema(feedSchema(scan.schema));
    this.#version = BigInt(version);
    this.#timestamp = BigInt(Math.floor(timestamp)) * 1000n;
  }

  /** The type of the column that says what happened to each row. */
  get changeType(): ArrowType {
    return this.#schema.fields.at(-3)!.type;
  }

  /** `types` is the change of all rows, or a column that says it of each. */
  batch(batch: RecordBatch, types: Data | string): RecordBatch {
    const { fields } = this.#schema;
    const [type, version, timestamp] = fields.slice(-3).map((field) => field.type);
    const length = batch.numRows;
    const children = [
      ...batch.data.children,
      typeof types === "string" ? constantData(type!, types, length) : types,
      constantData(version!, this.#version, length),
      constantData(timestamp!, this.#timestamp, length),
    ];
    return new RecordBatch(this.#schema, newData(new Struct(fields), length, { children }) as Data<Struct>);
  }
}

/** One object for one table schema, as Arrow schemas are made once for one object. */
const FEED_SCHEMAS = new WeakMap<StructType, StructType>();

function feedSchema(table: StructType): StructType {
  let feed = FEED_SCHEMAS.get(table);
  if (feed === undefined) {
    feed = changeSchema(table);
    FEED_SCHEMAS.set(table, feed);
  }
  return feed;
}

/** Old writers leave the size out of `remove`. */
async function withSize(engine: Engine, scan: ChangeTask["scan"], signal: AbortSignal | undefined): Promise<ScanTask> {
  if (scan.size !== undefined) return { ...scan, size: scan.size };
  const found = await engine.storage.head(scan.url, { signal });
  if (found !== undefined) return { ...scan, size: found.size };
  throw new DeltaError("FILE_NOT_FOUND", `There is no file ${scan.url}.`, { path: scan.path });
}

function checkRows(rows: number, expected: number, path: string): void {
  if (rows === expected) return;
  const message = `The file ${path} gave ${rows} rows where ${expected} were to come.`;
  throw new DeltaError("FILE_CORRUPT", message, { path });
}

async function explained<T>(task: ChangeTask, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw explain(task, error);
  }
}

function explain({ scan, version }: ChangeTask, error: unknown): unknown {
  if (!isDeltaError(error, "FILE_NOT_FOUND")) return error;
  const { path = scan.path } = error;
  const message =
    `The changes of version ${version} cannot be read any more: ${path} is gone, as VACUUM removes files that newer ` +
    "versions do not need. Begin at a later version.";
  return new DeltaError("FILE_NOT_FOUND", message, { version, path, cause: error });
}
