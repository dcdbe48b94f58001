import { readFileSync } from "node:fs";
import { nodeEngine } from "@asyncdelta/engine-node";
import { afterAll, describe, expect, it } from "vitest";
import { dateText, decimalText, timestampText } from "../src/columnar/value-text.js";
import { col } from "../src/predicate/col.js";
import { formatPredicate } from "../src/predicate/format-predicate.js";
import { type Literal, literal, toLiteral } from "../src/predicate/literal.js";
import { and, not, or } from "../src/predicate/logic.js";
import type { ComparisonOperator, Predicate } from "../src/predicate/predicate.js";
import { readTasks } from "../src/read/read-tasks.js";
import { findFiles } from "../src/scan/find-files.js";
import { planScan } from "../src/scan/plan-scan.js";
import { formatColumnPath } from "../src/schema/column-name.js";
import type { DataType, StructType } from "../src/schema/types.js";
import { loadSnapshot } from "../src/snapshot/load-snapshot.js";
import type { Snapshot } from "../src/snapshot/snapshot.js";
import { rowsOf } from "./support/arrow-files.js";
import { corpus, taggedTables } from "./support/corpus-tables.js";
import { plainOutcome } from "./support/plain-filter.js";
import type { CellValue } from "./support/typed-columns.js";

/** Most predicates for a table. */
const PREDICATES = 24;

const tables = taggedTables(["data-skipping", "stats", "stats_parsed", "partitioned", "struct-stats-only-checkpoint"]);
const engine = nodeEngine();
afterAll(() => engine.close());

interface Leaf {
  readonly column: string;
  readonly path: readonly string[];
  readonly type: DataType;
}

/** The columns of a schema that can be compared, fields of structs too. */
function leavesOf(schema: StructType, parent: readonly string[] = []): Leaf[] {
  return schema.fields.flatMap(({ name, type }): Leaf[] => {
    const path = [...parent, name];
    if (type.kind === "struct") return leavesOf(type, path);
    const comparable =
      type.kind === "decimal" || (type.kind === "primitive" && type.name !== "variant" && type.name !== "void");
    return comparable ? [{ column: formatColumnPath(path), path, type }] : [];
  });
}

type RowValue = Readonly<Record<string, unknown>> | null;

function valueAt(row: RowValue, { path, type }: Leaf): CellValue {
  let value: unknown = row;
  for (const name of path) value = (value as RowValue)?.[name] ?? null;
  if (type.kind === "primitive" && type.name === "binary" && value !== null) {
    return Buffer.from(value as number[]).toString("hex");
  }
  return value as CellValue;
}

function literalOf(type: DataType, value: Exclude<CellValue, null>): Literal {
  if (type.kind === "decimal") return literal.decimal(decimalText(value as bigint, type.scale));
  switch (type.kind === "primitive" ? type.name : undefined) {
    case "binary":
      return { type: "binary", value: value as string };
    case "date":
      return literal.date(dateText(value as number));
    case "timestamp":
    case "timestamp_ntz": {
      const { date, time, fraction } = timestampText(value as bigint);
      return literal.timestamp(`${date}T${time}.${fraction}Z`);
    }
    default:
      return toLiteral(value);
  }
}

/** Predicates that split the rows of a table: around values that it has, and in all their combinations of two columns. */
function predicatesFor(leaves: readonly Leaf[], rows: readonly RowValue[]): Predicate[] {
  const simple = leaves.flatMap((leaf) => {
    const values = rows.map((row) => valueAt(row, leaf)).filter((value) => value !== null);
    const picked = [values[0], values[values.length >> 1], values.at(-1)].filter((value) => value !== undefined);
    const operators: ComparisonOperator[] = ["=", "!=", "<", "<=", ">", ">=", "<=>"];
    const comparisons = picked.flatMap((value, at): Predicate[] => {
      const one = literalOf(leaf.type, value);
      return operators
        .filter((_, index) => (index + at) % 2 === 0)
        .map((operator) => ({ kind: "comparison", operator, column: leaf.column, literal: one }));
    });
    const some = picked.map((value) => literalOf(leaf.type, value));
    const isText = leaf.type.kind === "primitive" && leaf.type.name === "string" && picked.length > 0;
    return [
      ...comparisons,
      col(leaf.column).isNull(),
      col(leaf.column).in(some.slice(0, 2)),
      ...(isText ? [col(leaf.column).startsWith(String(picked[0]).slice(0, 1))] : []),
    ];
  });
  const combined = simple.slice(0, 40).map((predicate, at) => {
    const other = simple[(at * 7 + 3) % simple.length]!;
    return [and(predicate, not(other)), or(not(predicate), other), and(predicate, other)][at % 3]!;
  });
  return [...simple.map((predicate, at) => (at % 4 === 3 ? not(predicate) : predicate)), ...combined];
}

/** Every row with the place that it comes from. */
async function read(snapshot: Snapshot, where?: Predicate): Promise<{ place: string; row: RowValue }[]> {
  const found: { place: string; row: RowValue }[] = [];
  const tasks = planScan(engine, snapshot, { metadataColumns: ["file_path", "row_index"], where });
  for await (const batch of readTasks(engine, tasks)) {
    for (const row of rowsOf(batch)) {
      found.push({ place: `${row["_metadata.file_path"]}#${row["_metadata.row_index"]}`, row });
    }
  }
  return found;
}

describe.skipIf(corpus === undefined)("on real tables, predicates", () => {
  let cases = 0;

  it.each(tables)("$name: give out the rows that a filter over all rows finds", async ({ root }) => {
    const snapshot = await loadSnapshot(engine, root);
    const all = await read(snapshot);
    // Read whole for each predicate, a table of a hundred thousand rows would take a minute.
    if (all.length > 5000) return;
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
  });

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
