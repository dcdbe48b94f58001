import { type DataType as ArrowType, type Data, RecordBatch, type Schema, Struct } from "apache-arrow";
import type { ParquetField } from "../engine/parquet.js";
import { DeltaError } from "../errors.js";
import type { MetadataColumn } from "../scan/metadata-columns.js";
import type { ScanTask } from "../scan/scan-task.js";
import { physicalName } from "../schema/column-mapping.js";
import type { PrimitiveType, StructField, StructType } from "../schema/types.js";
import { constantData } from "./constant-data.js";
import { convertColumn, convertFields } from "./convert-column.js";
import { newData } from "./new-data.js";
import { type PartitionValue, parsePartitionValue } from "./partition-value.js";
import { physicalColumns } from "./physical-columns.js";
import { metadataMaker, type RowPositions } from "./row-metadata.js";
import { toArrowSchema } from "./to-arrow-type.js";

/**
 * Turns the batches of one data file into batches of the table: the columns of the scan task, in its order, with the
 * partition values of the log. What there is to do is worked out once for the file.
 *
 * Throws `TYPE_MISMATCH` for a column that cannot be read as the table's type, `VALUE_INVALID` for a partition value, and
 * `FILE_CORRUPT` for a file without field ids where columns are found by nothing else; `LOG_CORRUPT` for one whose rows have
 * no ids, where they are wanted.
 */
export class BatchTransform {
  /** What to ask the file for. */
  readonly physicalColumns: readonly (readonly string[])[];
  readonly #task: ScanTask;
  readonly #fields: readonly ParquetField[];
  readonly #schema: Schema;
  /** One for each column, made for batches of this schema. */
  #columns: readonly MakeColumn[] | undefined;
  #planned: Schema | undefined;

  /** `fields` are the file's. */
  constructor(task: ScanTask, fields: readonly ParquetField[]) {
    this.#task = task;
    this.#fields = fields;
    this.#schema = toArrowSchema(task.schema);
    const stored = storedSchema(task);
    if (task.columnMapping === "id" && stored.fields.length > 0) checkFieldIds(fields, task.path);
    const { rowId, rowCommitVersion } = task.materialized ?? {};
    const materialized = fields.filter(({ name }) => name === rowId || name === rowCommitVersion);
    this.physicalColumns = [
      ...physicalColumns(stored, fields, task.columnMapping),
      ...materialized.map(({ name }) => [name]),
    ];
  }

  /**
   * The rows of a batch of the file as a batch of the table. `rows` says where in the file they are, for the metadata
   * columns of the task, if it has any.
   */
  apply(batch: RecordBatch, rows?: RowPositions): RecordBatch {
    const makers = this.#makers(batch.schema);
    const source: BatchSource = { columns: batch.data.children, length: batch.numRows, rows };
    const columns = makers.map((makeColumn) => makeColumn(source));
    const data = newData(new Struct(this.#schema.fields), batch.numRows, { children: columns });
    return new RecordBatch(this.#schema, data as Data<Struct>);
  }

  /** Batches of one reading have the same columns; another may have asked for others. */
  #makers(physical: Schema): readonly MakeColumn[] {
    if (this.#columns === undefined || !hasSameFields(this.#planned, physical)) this.#columns = this.#plan(physical);
    this.#planned = physical;
    return this.#columns;
  }

  #plan(physical: Schema): readonly MakeColumn[] {
    const { schema, path, columnMapping, metadataColumns = [] } = this.#task;
    const source = { fields: this.#fields, columns: physical.fields };
    const facts = { file: path, mode: columnMapping };
    const stored = storedSchema(this.#task).fields;
    const types = schema.fields.map((_, at) => this.#schema.fields[at]!.type);
    const storedTypes = stored.map((field) => types[schema.fields.indexOf(field)]!);
    const conversions = convertFields(stored, storedTypes, source, [], facts);
    const metadataStart = schema.fields.length - metadataColumns.length;
    return schema.fields.map((field, at): MakeColumn => {
      const conversion = conversions[stored.indexOf(field)];
      if (conversion !== undefined) return ({ columns, length }) => conversion(columns, length);
      const metadata = metadataColumns[at - metadataStart];
      if (metadata !== undefined) return this.#metadata(metadata, types[at]!, physical);
      return constant(types[at]!, partitionValue(this.#task, field));
    });
  }

  /** A metadata column, from a materialized one if the file has it. */
  #metadata(column: MetadataColumn, type: ArrowType, physical: Schema): MakeColumn {
    const make = metadataMaker(column, this.#task);
    const { rowId, rowCommitVersion } = this.#task.materialized ?? {};
    const name = column === "row_id" ? rowId : column === "row_commit_version" ? rowCommitVersion : undefined;
    const index = physical.fields.findIndex((field) => field.name === name);
    const facts = { file: this.#task.path, mode: "none" } as const;
    const field = this.#fields.find((candidate) => candidate.name === name);
    const convert =
      index < 0 || field === undefined
        ? undefined
        : convertColumn(LONG, type, { field, type: physical.fields[index]!.type }, [field.name], facts);
    return ({ columns, length, rows }) => {
      if (rows === undefined) throw new TypeError("The positions of the rows are missing");
      return make(rows, length, convert?.(columns[index]!));
    };
  }
}

/** Whether the columns of two schemas of one file are the same ones, in the same places. */
function hasSameFields(a: Schema | undefined, b: Schema): boolean {
  if (a === b) return true;
  return (
    a?.fields.length === b.fields.length &&
    a.fields.every(({ name, type }, at) => name === b.fields[at]!.name && hasSameMembers(type, b.fields[at]!.type))
  );
}

function hasSameMembers(a: ArrowType, b: ArrowType): boolean {
  const [left, right] = [a.children ?? [], b.children ?? []];
  return (
    left.length === right.length &&
    left.every(({ name, type }, at) => name === right[at]!.name && hasSameMembers(type, right[at]!.type))
  );
}

/** The columns of a file's batch, and where their rows are. */
interface BatchSource {
  readonly columns: readonly Data[];
  readonly length: number;
  readonly rows: RowPositions | undefined;
}

/** Makes a column of the table's batch. */
type MakeColumn = (source: BatchSource) => Data;

const LONG: PrimitiveType = { kind: "primitive", name: "long" };

/** The columns that are read from the file: neither partition columns (PROTOCOL.md, "Data Files") nor metadata columns. */
function storedSchema({ schema, partitionColumns, metadataColumns = [] }: ScanTask): StructType {
  const fields = schema.fields.slice(0, schema.fields.length - metadataColumns.length);
  return { kind: "struct", fields: fields.filter(({ name }) => !partitionColumns.includes(name)) };
}

function partitionValue({ partitionValues, columnMapping }: ScanTask, field: StructField): PartitionValue {
  return parsePartitionValue(partitionValues[physicalName(field, columnMapping)], field.type, field.name);
}

/** Batches are mostly of one length, and then share the column. */
function constant(type: ArrowType, value: PartitionValue): MakeColumn {
  let last: Data | undefined;
  return ({ length }) => {
    if (last?.length !== length) last = constantData(type, value, length);
    return last;
  };
}

function checkFieldIds(fields: readonly ParquetField[], path: string): void {
  const hasIds = (field: ParquetField): boolean => field.fieldId !== undefined || field.children.some(hasIds);
  if (fields.length === 0 || fields.some(hasIds)) return;
  const message = `The data file ${path} has no field ids, by which alone the table's columns are found (column mapping mode id).`;
  throw new DeltaError("FILE_CORRUPT", message, { path });
}
