import { nodeEngine } from "@asyncdelta/engine-node";
import { memoryStorage } from "@asyncdelta/kernel-core/testing";
import { type Data, Field, RecordBatch, Schema, Struct, Table, tableToIPC } from "apache-arrow";
import fc from "fast-check";
import { Table as WasmTable, WriterPropertiesBuilder, writeParquet } from "parquet-wasm";
import { afterAll, expect, test } from "vitest";
import { bindPredicate } from "../src/predicate/bind-predicate.js";
import { formatPredicate } from "../src/predicate/format-predicate.js";
import { newData } from "../src/read/new-data.js";
import type { DataType } from "../src/schema/types.js";
import { FileFilter } from "../src/skipping/file-filter.js";
import { predicateOn, schemaOfTable, type TestColumn, type TestTable } from "./support/filtered-tables.js";
import { plainOutcome } from "./support/plain-filter.js";
import { CELL_TYPES, type CellValue, cellData, compareCells, cutText } from "./support/typed-columns.js";

const memory = memoryStorage();
const engine = nodeEngine({ storage: memory });
afterAll(() => engine.close());

const STRING: DataType = { kind: "primitive", name: "string" };
const LONG: DataType = { kind: "primitive", name: "long" };
const URL = "memory:///checkpoint.parquet";

interface LogFile {
  /** Rows of the statistics' column, and the value of the partition column. */
  readonly rows: readonly CellValue[];
  readonly partition: CellValue;
  readonly hasStats: boolean;
}

function structOf(children: readonly (readonly [string, Data])[]): Data {
  const type = new Struct(children.map(([name, data]) => new Field(name, data.type, true)));
  return newData(type, children[0]![1].length, { children: children.map(([, data]) => data) });
}

/** As statistics have a value: texts and timestamps cut, NaN left out, decimals rounded to a double as delta-rs does. */
function bound(type: DataType, rows: readonly CellValue[], side: "min" | "max"): CellValue {
  const values = rows
    .filter((value) => value !== null && !Number.isNaN(value))
    .sort((a, b) => compareCells(type, a, b));
  const value = (side === "min" ? values[0] : values.at(-1)) ?? null;
  if (typeof value === "string") return cutText(value, side);
  if (type.kind === "decimal" && value !== null) return BigInt(Number(value));
  const isTime = type.kind === "primitive" && type.name.startsWith("timestamp");
  return isTime && typeof value === "bigint" ? value - (((value % 1000n) + 1000n) % 1000n) : value;
}

function writeCheckpoint([column, partition]: readonly TestColumn[], files: readonly LogFile[]): number {
  const { type } = column!.cell;
  const stat = (of: (file: LogFile) => CellValue) => files.map((file) => (file.hasStats ? of(file) : null));
  const side = (name: "min" | "max") =>
    cellData(
      type,
      stat(({ rows }) => bound(type, rows, name)),
    );
  const nulls = stat(({ rows }) => BigInt(rows.filter((value) => value === null).length));
  const add = structOf([
    [
      "path",
      cellData(
        STRING,
        files.map((_, at) => `f${at}`),
      ),
    ],
    [
      "partitionValues_parsed",
      structOf([
        [
          partition!.name,
          cellData(
            partition!.cell.type,
            files.map((file) => file.partition),
          ),
        ],
      ]),
    ],
    [
      "stats_parsed",
      structOf([
        ["minValues", structOf([[column!.name, side("min")]])],
        ["maxValues", structOf([[column!.name, side("max")]])],
        ["nullCount", structOf([[column!.name, cellData(LONG, nulls)]])],
      ]),
    ],
  ]);
  const batch = new RecordBatch(new Schema([new Field("add", add.type, true)]), structOf([["add", add]]) as never);
  const properties = new WriterPropertiesBuilder().setMaxRowGroupSize(2).build();
  const bytes = writeParquet(WasmTable.fromIPCStream(tableToIPC(new Table(batch), "stream")), properties);
  memory.set(URL, bytes);
  return bytes.length;
}

test("a row group of a checkpoint is left out only if no file in it has a row that is wanted", async () => {
  const bounded = CELL_TYPES.filter(
    ({ type }) => type.kind === "decimal" || (type.kind === "primitive" && !["boolean", "binary"].includes(type.name)),
  );
  const partitioned = CELL_TYPES.filter(({ partition }) => partition !== null);
  const cases = fc
    .tuple(fc.constantFrom(...bounded), fc.constantFrom(...partitioned))
    .chain(([cell, partitionCell]) => {
      const columns: TestColumn[] = [
        { name: "c", physicalName: "c", cell, nested: false },
        { name: "p", physicalName: "p", cell: partitionCell, nested: false },
      ];
      const table: TestTable = { columns, partitions: [columns[1]!], mapping: "none", files: [] };
      const value = (of: typeof cell) => fc.option(of.values as fc.Arbitrary<CellValue>, { freq: 8 });
      const file = fc.record({
        rows: fc.array(value(cell), { minLength: 1, maxLength: 3 }),
        partition: value(partitionCell),
        hasStats: fc.integer({ min: 0, max: 9 }).map((chance) => chance > 0),
      });
      return fc.record({
        table: fc.constant(table),
        files: fc.array(file, { minLength: 2, maxLength: 8 }),
        predicates: fc.array(predicateOn(table), { minLength: 40, maxLength: 40 }),
      });
    });
  const tally = { groups: 0, skipped: 0 };
  await fc.assert(
    fc.asyncProperty(cases, async ({ table, files, predicates }) => {
      const schema = schemaOfTable(table);
      const size = writeCheckpoint(table.columns, files);
      const parquet = await engine.parquet.open(URL, { size });
      for (const predicate of predicates) {
        const partitionColumns = [schema.fields[1]!];
        const { checkpoint } = new FileFilter(bindPredicate(predicate, schema), {
          schema,
          partitionColumns,
          columnMapping: "none",
        });
        for (const [group, { rowStart, numRows }] of parquet.rowGroups.entries()) {
          tally.groups++;
          if (checkpoint.mayHaveFiles(parquet, group)) continue;
          tally.skipped++;
          const wanted = files.slice(rowStart, rowStart + numRows).some(({ rows, partition }) =>
            rows.some((cell) => {
              const lookup = (name: string) =>
                // Some writers put the text that stands for null into a checkpoint as it is.
                name === "P"
                  ? { value: partition === "" ? null : partition, type: table.columns[1]!.cell.type }
                  : { value: cell, type: table.columns[0]!.cell.type };
              return plainOutcome(predicate, lookup) === true;
            }),
          );
          expect({ where: formatPredicate(predicate), wanted }).toEqual({
            where: formatPredicate(predicate),
            wanted: false,
          });
        }
      }
    }),
    { numRuns: 150, seed: 9 },
  );
  expect(tally.skipped / tally.groups).toBeGreaterThan(0.1);
}, 120_000);
