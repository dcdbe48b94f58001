import { RecordBatch as Batch, Field, type RecordBatch, Schema, Struct } from "apache-arrow";
import fc from "fast-check";
import type { AddFile } from "../../src/actions/add-file.js";
import { DeletionVector, encodeDeletionVector } from "../../src/deletion-vector/deletion-vector.js";
import { roaringBitmap } from "../../src/deletion-vector/roaring-builder.js";
import { encodeZ85 } from "../../src/deletion-vector/z85.js";
import type { Literal } from "../../src/predicate/literal.js";
import { and, not, or } from "../../src/predicate/logic.js";
import type { Predicate } from "../../src/predicate/predicate.js";
import { bitmapBytes, newData } from "../../src/read/new-data.js";
import { toArrowType } from "../../src/read/to-arrow-type.js";
import type { StructField, StructType } from "../../src/schema/types.js";
import { CELL_TYPES, type CellType, type CellValue, cellData, compareCells } from "./typed-columns.js";

/** What writers are known to leave in `stats`. */
export type StatsMode = "none" | "broken" | "spark" | "rust" | "wide" | "partial";
export const STATS_MODES: readonly StatsMode[] = ["none", "broken", "spark", "rust", "wide", "partial"];

/** A column of the test's tables: its values for a row, a struct's member by member. */
export interface TestColumn {
  readonly name: string;
  readonly physicalName: string;
  readonly cell: CellType;
  /** Whether it is the member of the struct `s`, which may be null itself. */
  readonly nested: boolean;
}

export interface TestFile {
  /** By column: the values of its rows; of a partition column the one of all rows. */
  readonly cells: readonly (readonly CellValue[])[];
  /** Rows in which the struct is null. */
  readonly nullStructs: readonly boolean[];
  readonly deleted: readonly number[];
  readonly mode: StatsMode;
  /** Chance for what a writer leaves out. */
  readonly chance: readonly number[];
}

export interface TestTable {
  readonly columns: readonly TestColumn[];
  readonly partitions: readonly TestColumn[];
  readonly mapping: "none" | "name";
  readonly files: readonly TestFile[];
}

const ROWS = 6;

export const testTable: fc.Arbitrary<TestTable> = fc
  .record({
    cells: fc.array(fc.integer({ min: 0, max: CELL_TYPES.length - 1 }), { minLength: 2, maxLength: 6 }),
    partitions: fc.integer({ min: 0, max: 2 }),
    nested: fc.integer({ min: 0, max: 2 }),
    mapping: fc.constantFrom("none", "name"),
  })
  .chain(({ cells, partitions, nested, mapping }) => {
    const columns = cells.map((type, at): TestColumn => {
      const name = at % 2 === 0 ? `c${at}` : `C.${at}`;
      const isNested = at >= cells.length - nested;
      return { name, physicalName: mapping === "name" ? `p-${at}` : name, cell: CELL_TYPES[type]!, nested: isNested };
    });
    const isPartition = (at: number) => at < partitions && !columns[at]!.nested && columns[at]!.cell.partition !== null;
    const cell = (at: number) => fc.option(columns[at]!.cell.values as fc.Arbitrary<CellValue>, { freq: 4 });
    const file = fc.integer({ min: 0, max: ROWS }).chain((rows) =>
      fc.record({
        cells: fc.tuple(
          ...columns.map((_, at) =>
            isPartition(at)
              ? cell(at).map((one) => Array<CellValue>(rows).fill(emptyIsNull(one)))
              : fc.array(cell(at), { minLength: rows, maxLength: rows }),
          ),
        ) as fc.Arbitrary<CellValue[][]>,
        nullStructs: fc.array(fc.boolean(), { minLength: rows, maxLength: rows }),
        deleted: fc.oneof(fc.constant([]), fc.subarray(Array.from({ length: rows }, (_, row) => row))),
        mode: fc.constantFrom(...STATS_MODES),
        chance: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 16, maxLength: 16 }),
      }),
    );
    return fc.record({
      columns: fc.constant(columns),
      partitions: fc.constant(columns.filter((_, at) => isPartition(at))),
      mapping: fc.constant(mapping as "none" | "name"),
      files: fc.array(file, { minLength: 1, maxLength: 3 }),
    });
  });

/** As the log has it, the empty text of a partition column is null. */
function emptyIsNull(value: CellValue): CellValue {
  return value === "" ? null : value;
}

/** Predicates on the columns of a table. */
export function predicateOn({ columns }: TestTable): fc.Arbitrary<Predicate> {
  const leaf = fc.integer({ min: 0, max: columns.length - 1 }).chain((at) => leafOn(columns[at]!));
  const isNullStruct = columns.some(({ nested }) => nested)
    ? [fc.constant<Predicate>({ kind: "isNull", column: "S" })]
    : [];
  const part = fc.oneof(
    { weight: 8, arbitrary: leaf },
    {
      weight: 1,
      arbitrary: fc.constantFrom<Predicate>(
        ...[true, false, null].map((value) => ({ kind: "constant", value }) as const),
      ),
    },
    ...isNullStruct,
  );
  return fc.oneof(
    part,
    part.map(not),
    fc.array(fc.oneof(part, part.map(not)), { minLength: 2, maxLength: 3 }).map((of) => and(...of)),
    fc.array(fc.oneof(part, part.map(not)), { minLength: 2, maxLength: 3 }).map((of) => or(...of)),
    fc.tuple(part, part, part).map(([a, b, c]) => not(or(and(a, b), not(c)))),
  );
}

function leafOn({ name, nested, cell }: TestColumn): fc.Arbitrary<Predicate> {
  const column = nested ? `S.\`${name}\`` : name.toUpperCase();
  const literals: fc.Arbitrary<Literal> = fc.oneof(
    { weight: 6, arbitrary: cell.values.map((value) => cell.literal(value)) },
    { weight: 3, arbitrary: cell.others },
    { weight: 1, arbitrary: fc.constant<Literal>({ type: "null" }) },
  );
  const comparison = fc.record({
    kind: fc.constant("comparison" as const),
    operator: fc.constantFrom("=", "!=", "<", "<=", ">", ">=", "<=>" as const),
    column: fc.constant(column),
    literal: literals,
  });
  const isString = cell.type.kind === "primitive" && cell.type.name === "string";
  return fc.oneof(
    { weight: 6, arbitrary: comparison as fc.Arbitrary<Predicate> },
    {
      weight: 1,
      arbitrary: fc
        .array(literals, { maxLength: 3 })
        .map((list): Predicate => ({ kind: "in", column, literals: list })),
    },
    { weight: 1, arbitrary: fc.constant<Predicate>({ kind: "isNull", column }) },
    ...(isString
      ? [
          {
            weight: 2,
            arbitrary: fc
              .constantFrom("", "x", "é", "\u{1f600}", "x".repeat(33))
              .map((prefix): Predicate => ({ kind: "startsWith", column, prefix })),
          },
        ]
      : []),
  );
}

/** The logical schema. */
export function schemaOfTable({ columns, mapping }: TestTable): StructType {
  const field = ({ name, physicalName, cell }: TestColumn): StructField => ({
    name,
    type: cell.type,
    nullable: true,
    metadata: mapping === "name" ? { "delta.columnMapping.physicalName": physicalName } : {},
  });
  const nested = columns.filter((column) => column.nested).map(field);
  const fields = columns.filter((column) => !column.nested).map(field);
  if (nested.length > 0) {
    const metadata = mapping === "name" ? { "delta.columnMapping.physicalName": "p-s" } : {};
    fields.push({ name: "s", type: { kind: "struct", fields: nested }, nullable: true, metadata });
  }
  return { kind: "struct", fields };
}

/** The value of a column in a row; in a struct that is null there is none. */
export function cellOf(file: TestFile, column: TestColumn, at: number, row: number): CellValue {
  return column.nested && file.nullStructs[row] ? null : file.cells[at]![row]!;
}

/** What is stored of a file: its columns but for partition columns, under their physical names. */
export function batchOfFile(table: TestTable, file: TestFile): RecordBatch {
  const rows = file.nullStructs.length;
  const stored = table.columns.map((column, at) => ({ column, data: cellData(column.cell.type, file.cells[at]!) }));
  const arrowField = ({ column: { physicalName, cell } }: (typeof stored)[number]) =>
    new Field(physicalName, toArrowType(cell.type), true);
  const top = stored.filter(({ column }) => !column.nested && !table.partitions.includes(column));
  const nested = stored.filter(({ column }) => column.nested);
  const fields = top.map(arrowField);
  const children = top.map(({ data }) => data);
  if (nested.length > 0) {
    const struct = new Struct(nested.map(arrowField));
    const bitmap = new Uint8Array(bitmapBytes(rows));
    file.nullStructs.forEach((isNull, row) => {
      if (!isNull) bitmap[row >> 3]! |= 1 << (row & 7);
    });
    const nullCount = file.nullStructs.filter(Boolean).length;
    fields.push(new Field(table.mapping === "name" ? "p-s" : "s", struct, true));
    children.push(
      newData(struct, rows, { validity: { offset: 0, nullCount, bitmap }, children: nested.map(({ data }) => data) }),
    );
  }
  return new Batch(new Schema(fields), newData(new Struct(fields), rows, { children }) as never);
}

/** The file as the log has it. */
export function addOfFile(table: TestTable, file: TestFile, path: string): AddFile {
  const partitionValues = Object.fromEntries(
    table.partitions.map((column): [string, string | null] => {
      const value = file.cells[table.columns.indexOf(column)]![0] ?? null;
      return [column.physicalName, value === null ? null : column.cell.partition!(value)];
    }),
  );
  const stats = statsOfFile(table, file);
  const bytes = encodeDeletionVector(new DeletionVector(roaringBitmap(file.deleted)));
  const deletionVector = {
    storageType: "i",
    pathOrInlineDv: encodeZ85(bytes),
    sizeInBytes: bytes.length,
    cardinality: file.deleted.length,
  };
  return {
    path,
    partitionValues,
    size: 100,
    modificationTime: 0,
    dataChange: true,
    ...(stats === undefined ? {} : { stats }),
    ...(file.deleted.length > 0 ? { deletionVector } : {}),
  };
}

function statsOfFile(table: TestTable, file: TestFile): string | undefined {
  if (file.mode === "none") return undefined;
  if (file.mode === "broken") return '{"numRecords":1,"minValues":{"c0":';
  const rows = file.nullStructs.length;
  const sides: Record<string, [TestColumn, string][]> = { minValues: [], maxValues: [], nullCount: [] };
  table.columns.forEach((column, at) => {
    if (table.partitions.includes(column)) return;
    const omitted = file.mode === "partial" ? file.chance[at]! : 9;
    const cells = Array.from({ length: rows }, (_, row) => cellOf(file, column, at, row));
    const values = cells.filter((value) => value !== null);
    const [min, max] = extremes(column, values, file.mode);
    const cut = file.mode !== "rust";
    const minText = min === undefined ? undefined : column.cell.stat(min, "min", cut);
    const maxText = max === undefined ? undefined : column.cell.stat(max, "max", cut);
    if (minText !== undefined && omitted !== 0) sides.minValues!.push([column, minText]);
    if (maxText !== undefined && omitted !== 1) sides.maxValues!.push([column, maxText]);
    // Some count the nulls of a member itself, and not those of the struct around it.
    const own = file.mode === "rust" ? file.cells[at]! : cells;
    let nulls = own.filter((value) => value === null).length;
    if (file.mode === "wide" && nulls > 0 && nulls < rows) nulls = 1 + (file.chance[at]! % (rows - 1));
    if (omitted !== 2) sides.nullCount!.push([column, String(nulls)]);
  });
  const parts = [`"numRecords":${rows}`, ...(file.mode === "wide" ? ['"tightBounds":false'] : [])];
  if (file.mode === "partial" && file.chance[15] === 0) parts.shift();
  const structName = table.mapping === "name" ? "p-s" : "s";
  for (const [side, entries] of Object.entries(sides)) {
    const text = (list: typeof entries) =>
      list.map(([{ physicalName }, value]) => `${JSON.stringify(physicalName)}:${value}`);
    const nested = text(entries.filter(([column]) => column.nested));
    const top = text(entries.filter(([column]) => !column.nested));
    parts.push(
      `"${side}":{${[...top, ...(nested.length > 0 ? [`"${structName}":{${nested.join(",")}}`] : [])].join(",")}}`,
    );
  }
  return `{${parts.join(",")}}`;
}

type Extremes = readonly [Exclude<CellValue, null> | undefined, Exclude<CellValue, null> | undefined];

/** The least and greatest value; NaN is the greatest for some writers, and does not count for others. */
function extremes({ cell }: TestColumn, values: readonly Exclude<CellValue, null>[], mode: StatsMode): Extremes {
  const counted = mode === "rust" ? values.filter((value) => !Number.isNaN(value)) : [...values];
  const sorted = [...counted].sort((a, b) => compareCells(cell.type, a, b));
  return [sorted[0], sorted.at(-1)];
}
