import { type DataType as ArrowType, type Data, RecordBatch, type Schema, Struct } from "apache-arrow";
import type { ParquetField } from "../engine/parquet.js";
import { DeltaError } from "../errors.js";
import type { ScanTask } from "../scan/scan-task.js";
import { physicalName } from "../schema/column-mapping.js";
import type { StructField, StructType } from "../schema/types.js";
import { constantData } from "./constant-data.js";
import { convertFields } from "./convert-column.js";
import { newData } from "./new-data.js";
import { type PartitionValue, parsePartitionValue } from "./partition-value.js";
import { physicalColumns } from "./physical-columns.js";
import { toArrowSchema } from "./to-arrow-type.js";

/**
 * Turns the batches of one data file into batches of the table: the columns of the scan task, in its order, with the
 * partition values of the log. What there is to do is worked out once for the file.
 *
 * Throws `TYPE_MISMATCH` for a column that cannot be read as the table's type, `VALUE_INVALID` for a partition value, and
 * `FILE_CORRUPT` for a file without field ids where columns are found by nothing else.
 */
export class BatchTransform {
  /** What to ask the file for. */
  readonly physicalColumns: readonly (readonly string[])[];
  readonly #task: ScanTask;
  readonly #fields: readonly ParquetField[];
  readonly #schema: Schema;
  /** One for each column, made for the first batch. */
  #columns: readonly MakeColumn[] | undefined;

  /** `fields` are the file's. */
  constructor(task: ScanTask, fields: readonly ParquetField[]) {
    this.#task = task;
    this.#fields = fields;
    this.#schema = toArrowSchema(task.schema);
    const stored = storedSchema(task);
    if (task.columnMapping === "id" && stored.fields.length > 0) checkFieldIds(fields, task.path);
    this.physicalColumns = physicalColumns(stored, fields, task.columnMapping);
  }

  /** The rows of a batch of the file as a batch of the table. */
  apply(batch: RecordBatch): RecordBatch {
    this.#columns ??= this.#plan(batch.schema);
    const columns = this.#columns.map((makeColumn) => makeColumn(batch.data.children, batch.numRows));
    const rows = newData(new Struct(this.#schema.fields), batch.numRows, { children: columns });
    return new RecordBatch(this.#schema, rows as Data<Struct>);
  }

  #plan(physical: Schema): readonly MakeColumn[] {
    const { schema, path, columnMapping } = this.#task;
    const types = new Map(schema.fields.map((field, index) => [field, this.#schema.fields[index]!.type]));
    const stored = storedSchema(this.#task).fields;
    const source = { fields: this.#fields, columns: physical.fields };
    const facts = { file: path, mode: columnMapping };
    const conversions = convertFields(
      stored,
      stored.map((field) => types.get(field)!),
      source,
      [],
      facts,
    );
    return schema.fields.map((field) => {
      const at = stored.indexOf(field);
      return at >= 0 ? conversions[at]! : constant(types.get(field)!, partitionValue(this.#task, field));
    });
  }
}

/** Makes a column of `length` rows, from those of the file's batch. */
type MakeColumn = (physical: readonly Data[], length: number) => Data;

/** The columns that are read from the file: all but the partition columns. PROTOCOL.md, "Data Files". */
function storedSchema({ schema, partitionColumns }: ScanTask): StructType {
  return { kind: "struct", fields: schema.fields.filter(({ name }) => !partitionColumns.includes(name)) };
}

function partitionValue({ partitionValues, columnMapping }: ScanTask, field: StructField): PartitionValue {
  return parsePartitionValue(partitionValues[physicalName(field, columnMapping)], field.type, field.name);
}

/** Batches are mostly of one length, and then share the column. */
function constant(type: ArrowType, value: PartitionValue): MakeColumn {
  let last: Data | undefined;
  return (_, length) => {
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
