import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bindPredicate } from "../src/predicate/bind-predicate.js";
import { formatPredicate } from "../src/predicate/format-predicate.js";
import { readTask } from "../src/read/read-task.js";
import { ObjectFileBatch } from "../src/replay/file-batch.js";
import type { ScanShape } from "../src/scan/scan-shape.js";
import { toScanTask } from "../src/scan/to-scan-task.js";
import { FileFilter } from "../src/skipping/file-filter.js";
import { SkippingCounts } from "../src/skipping/skipping-counts.js";
import { arrowEngine, valuesOf } from "./support/arrow-files.js";
import {
  addOfFile,
  batchOfFile,
  predicateOn,
  schemaOfTable,
  type TestTable,
  testTable,
} from "./support/filtered-tables.js";
import { plainRows } from "./support/plain-rows.js";

const ROOT = "memory:///t/";
/** With the predicates of a table: 20 000 cases. */
const TABLES = 200;
const PREDICATES = 100;

/** A table with what the log has of its files, and an engine that reads them. */
function prepare(table: TestTable) {
  const files = table.files.map((file, at) => ({ file, add: addOfFile(table, file, `f${at}`) }));
  const arrow = Object.fromEntries(
    files.map(({ file, add }) => {
      const batch = batchOfFile(table, file);
      const half = batch.numRows >> 1;
      const batches = half === 0 ? [batch] : [batch.slice(0, half), batch.slice(half)];
      return [ROOT + add.path, { batches, numRows: batch.numRows }];
    }),
  );
  const schema = schemaOfTable(table);
  const shape: ScanShape = {
    tableRoot: ROOT,
    // The number of a row in its file is enough to tell which ones came.
    schema: { kind: "struct", fields: [{ name: "_metadata.row_index", type: LONG, nullable: false, metadata: {} }] },
    partitionColumns: [],
    columnMapping: table.mapping,
    metadataColumns: ["row_index"],
    materialized: {},
  };
  const partitionColumns = table.partitions.map(({ name }) => schema.fields.find((field) => field.name === name)!);
  return { files, schema, shape, partitionColumns, engine: arrowEngine(arrow).engine };
}

const LONG = { kind: "primitive", name: "long" } as const;

describe("a predicate", () => {
  test("gives out exactly the rows it is true for, and no level loses one", async () => {
    const tally = { cases: 0, there: 0, byPartition: 0, byStatistics: 0, unfiltered: 0, rows: 0 };
    const cases = testTable.chain((table) =>
      fc.record({
        table: fc.constant(table),
        predicates: fc.array(predicateOn(table), { minLength: PREDICATES, maxLength: PREDICATES }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ({ table, predicates }) => {
        const { files, schema, shape, partitionColumns, engine } = prepare(table);
        const batch = new ObjectFileBatch(files.map(({ add }) => add));
        for (const predicate of predicates) {
          const wanted = files.map(({ file }) => plainRows(table, file, predicate));
          const filter = new FileFilter(bindPredicate(predicate, schema), {
            schema,
            partitionColumns,
            columnMapping: table.mapping,
          });
          const counts = new SkippingCounts();
          const kept = filter.keep(batch, counts);
          const found = files.map(() => [] as number[]);
          for (const { file, filter: rows } of kept) {
            const at = files.findIndex(({ add }) => add === file);
            for await (const { data } of readTask(engine, toScanTask(shape, file, rows))) {
              found[at]!.push(...valuesOf(data.children[0]!).map(Number));
            }
            if (rows === undefined) tally.unfiltered++;
          }
          expect({ where: formatPredicate(predicate), found }).toEqual({
            where: formatPredicate(predicate),
            found: wanted,
          });
          tally.cases++;
          tally.there += counts.there.files;
          tally.byPartition += counts.byPartition.files;
          tally.byStatistics += counts.byStatistics.files;
          tally.rows += wanted.flat().length;
        }
      }),
      { numRuns: TABLES, seed: 9 },
    );
    // Each level had much to say, and much to let through.
    expect(tally.cases).toBe(TABLES * PREDICATES);
    expect(tally.byPartition / tally.there).toBeGreaterThan(0.2);
    expect(tally.byStatistics / tally.there).toBeGreaterThan(0.1);
    expect(tally.unfiltered / tally.there).toBeGreaterThan(0.05);
    expect(tally.rows).toBeGreaterThan(tally.cases);
  }, 120_000);
});
