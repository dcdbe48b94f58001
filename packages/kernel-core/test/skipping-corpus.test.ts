import { readFileSync } from "node:fs";
import { nodeEngine } from "@asyncdelta/engine-node";
import { afterAll, describe, expect, it } from "vitest";
import { formatPredicate } from "../src/predicate/format-predicate.js";
import { type Literal, literal, toLiteral } from "../src/predicate/literal.js";
import { and } from "../src/predicate/logic.js";
import type { ComparisonOperator, Predicate } from "../src/predicate/predicate.js";
import { readTasks } from "../src/read/read-tasks.js";
import { findFiles } from "../src/scan/find-files.js";
import { planScan } from "../src/scan/plan-scan.js";
import { formatColumnPath } from "../src/schema/column-name.js";
import type { DataType } from "../src/schema/types.js";
import { loadSnapshot } from "../src/snapshot/load-snapshot.js";
import type { Snapshot } from "../src/snapshot/snapshot.js";
import { rowsOf } from "./support/arrow-files.js";
import { corpus, taggedTables } from "./support/corpus-tables.js";
import { plainOutcome } from "./support/plain-filter.js";
import { type Leaf, leavesOf, predicatesFor, type RowValue, valueAt } from "./support/real-predicates.js";

/** Most predicates for a table. */
const PREDICATES = 24;
const MOST_ROWS = 5000;

const tables = taggedTables(["data-skipping", "stats", "stats_parsed", "partitioned", "struct-stats-only-checkpoint"]);
const engine = nodeEngine();
afterAll(() => engine.close());

/** Every row with the place that it comes from, or somewhat more than {@link MOST_ROWS}. */
async function read(snapshot: Snapshot, where?: Predicate): Promise<{ place: string; row: RowValue }[]> {
  const found: { place: string; row: RowValue }[] = [];
  const tasks = planScan(engine, snapshot, { metadataColumns: ["file_path", "row_index"], where });
  for await (const batch of readTasks(engine, tasks)) {
    for (const row of rowsOf(batch)) {
      found.push({ place: `${row["_metadata.file_path"]}#${row["_metadata.row_index"]}`, row });
    }
    if (found.length > MOST_ROWS) break;
  }
  return found;
}

describe.skipIf(corpus === undefined)("on real tables, predicates", () => {
  let cases = 0;

  it.each(tables)(
    "$name: give out the rows that a filter over all rows finds",
    async ({ root }) => {
      const snapshot = await loadSnapshot(engine, root);
      const all = await read(snapshot);
      // Read whole for each predicate, a table of a hundred thousand rows would take a minute.
      if (all.length > MOST_ROWS) return;
      const leaves = leavesOf(snapshot.schema).slice(0, 12);
      const byColumn = new Map(leaves.map((leaf) => [leaf.column, leaf]));
      const predicates = predicatesFor(
        leaves,
        all.map(({ row }) => row),
      );
      const step = Math.ceil(predicates.length / PREDICATES);
      for (const where of predicates.filter((_, at) => at % step === 0)) {
        const wanted = all.filter(({ row }) => {
          const lookup = (column: string) => {
            const leaf = byColumn.get(column)!;
            return { value: valueAt(row, leaf), type: leaf.type };
          };
          return plainOutcome(where, lookup) === true;
        });
        const found = await read(snapshot, where);
        expect({ where: formatPredicate(where), places: found.map(({ place }) => place) }).toEqual({
          where: formatPredicate(where),
          places: wanted.map(({ place }) => place),
        });
        cases++;
      }
    },
    120_000,
  );

  it("were many", () => {
    expect(cases).toBeGreaterThan(1000);
  });
});

/** A predicate of one comparison or two, and the files that delta_kernel 0.27.1 keeps for it; `record.mjs` beside it asked. */
interface Recorded {
  readonly terms: readonly (readonly [column: string, operator: ComparisonOperator, text: string])[];
  readonly files: number;
}

/** Where the Rust kernel skips a file that has a row, since its statistics are those of a narrower type. */
const WIDENED_FLOAT = "type-widening: float_double > 3.4";

const RECORD = new URL("fixtures/skipping/kernel-rs.json", import.meta.url);

describe.skipIf(corpus === undefined)("for a predicate", () => {
  const record = JSON.parse(readFileSync(RECORD, "utf8")) as Readonly<Record<string, readonly Recorded[]>>;
  const recorded = tables.filter(({ name }) => name in record);

  it.each(recorded)("$name: no more files are kept than by the Rust kernel", async ({ name, root }) => {
    const snapshot = await loadSnapshot(engine, root);
    const leaves = leavesOf(snapshot.schema);
    for (const { terms, files } of record[name]!) {
      const parts = terms.map(([column, operator, text]): Predicate => {
        const { type } = leaves.find((leaf) => leaf.column === formatColumnPath([column]))!;
        return {
          kind: "comparison",
          operator,
          column: formatColumnPath([column]),
          literal: recordedLiteral(type, text),
        };
      });
      const where = and(...parts);
      // The Rust kernel takes a greatest number to be greater than NaN too.
      const kept = await countFiles(snapshot, where, true);
      if (`${name}: ${formatPredicate(where)}` === WIDENED_FLOAT) {
        // Written as 3.4 for a float, it is 3.4000000953… for a double.
        expect(await read(snapshot, where)).toHaveLength(1);
        continue;
      }
      expect({ where: formatPredicate(where), kept: Math.max(kept, files) }).toEqual({
        where: formatPredicate(where),
        kept: files,
      });
      const isAboveFloat = terms.some(([column, operator]) => operator.startsWith(">") && isFloating(leaves, column));
      if (!isAboveFloat) expect(await countFiles(snapshot, where, false)).toBe(kept);
    }
  });

  it("there is something to compare", () => {
    expect(recorded.length).toBeGreaterThan(50);
    expect(recorded.flatMap(({ name }) => record[name]!).length).toBeGreaterThan(500);
  });
});

async function countFiles(snapshot: Snapshot, where: Predicate, trustFloatBounds: boolean): Promise<number> {
  let count = 0;
  for await (const batch of findFiles(engine, snapshot, where, { trustFloatBounds })) count += batch.length;
  return count;
}

function isFloating(leaves: readonly Leaf[], column: string): boolean {
  const { type } = leaves.find((leaf) => leaf.column === formatColumnPath([column]))!;
  return type.kind === "primitive" && (type.name === "float" || type.name === "double");
}

function recordedLiteral(type: DataType, text: string): Literal {
  if (type.kind === "decimal") return literal.decimal(text);
  switch (type.kind === "primitive" ? type.name : undefined) {
    case "boolean":
      return toLiteral(text === "true");
    case "string":
      return toLiteral(text);
    case "date":
      return literal.date(text);
    case "timestamp":
    case "timestamp_ntz":
      return literal.timestamp(text);
    default:
      return toLiteral(Number.isNaN(Number(text)) ? Number.NaN : Number(text));
  }
}
