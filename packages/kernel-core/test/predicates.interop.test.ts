import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { nodeEngine } from "@asyncdelta/engine-node";
import { afterAll, describe, expect, it } from "vitest";
import { python, scriptArguments } from "../../engine-node/test/interop/python.js";
import { formatPredicate } from "../src/predicate/format-predicate.js";
import { formatLiteral, type Literal } from "../src/predicate/literal.js";
import type { Predicate } from "../src/predicate/predicate.js";
import { readTasks } from "../src/read/read-tasks.js";
import { planScan } from "../src/scan/plan-scan.js";
import { typeName } from "../src/schema/type-name.js";
import type { DataType } from "../src/schema/types.js";
import { loadSnapshot } from "../src/snapshot/load-snapshot.js";
import type { Snapshot } from "../src/snapshot/snapshot.js";
import { rowsOf } from "./support/arrow-files.js";
import { corpus, taggedTables } from "./support/corpus-tables.js";
import { leavesOf, predicatesFor, type RowValue } from "./support/real-predicates.js";

const JUDGE = new URL("fixtures/skipping/count_rows.py", import.meta.url);
const tables = taggedTables(["data-skipping", "stats", "stats_parsed", "partitioned", "struct-stats-only-checkpoint"]);
const engine = nodeEngine();
afterAll(() => engine.close());

/** The predicate in the SQL of DataFusion, which has no `<=>`, other quotes, and doubles where decimals stand. */
function toSql(predicate: Predicate, types: ReadonlyMap<string, DataType>): string {
  const nameOf = (column: string): string => `"${column.replaceAll('"', '""')}"`;
  const literalOf = (column: string, literal: Literal): string => {
    const type = types.get(column)!;
    if (literal.type === "string") return `'${literal.value.replaceAll("'", "''")}'`;
    return type.kind === "decimal"
      ? `cast('${literal.type === "number" ? literal.value : ""}' as ${typeName(type)})`
      : formatLiteral(literal);
  };
  switch (predicate.kind) {
    case "constant":
      return String(predicate.value);
    case "comparison": {
      const { column, literal } = predicate;
      const operator = predicate.operator === "<=>" ? "is not distinct from" : predicate.operator;
      return `${nameOf(column)} ${operator} ${literalOf(column, literal)}`;
    }
    case "in": {
      const { column, literals } = predicate;
      if (literals.length === 0) return "false";
      return `${nameOf(column)} in (${literals.map((literal) => literalOf(column, literal)).join(", ")})`;
    }
    case "isNull":
      return `${nameOf(predicate.column)} is null`;
    case "startsWith":
      return `starts_with(${nameOf(predicate.column)}, '${predicate.prefix.replaceAll("'", "''")}')`;
    case "not":
      return `not (${toSql(predicate.of, types)})`;
    default:
      return predicate.of.map((part) => `(${toSql(part, types)})`).join(` ${predicate.kind} `);
  }
}

async function countRows(snapshot: Snapshot, where: Predicate): Promise<number> {
  let count = 0;
  const tasks = planScan(engine, snapshot, { columns: [], where });
  for await (const batch of readTasks(engine, tasks)) count += batch.numRows;
  return count;
}

async function someRows(snapshot: Snapshot): Promise<RowValue[]> {
  const rows: RowValue[] = [];
  for await (const batch of readTasks(engine, planScan(engine, snapshot))) {
    rows.push(...rowsOf(batch));
    if (rows.length > 1000) break;
  }
  return rows;
}

/** Rows of each table that deltalake's query engine finds for each condition; null where it fails. */
function judge(questions: readonly { table: string; wheres: readonly string[] }[]): (number | null)[][] {
  const input = questions.map((question) => `${JSON.stringify(question)}\n`).join("");
  const { stdout, stderr, status } = spawnSync(python, scriptArguments(JUDGE), { input, maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(stderr.toString());
  return stdout
    .toString()
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

describe.skipIf(corpus === undefined)("predicates on real tables", () => {
  it("find as many rows as deltalake's query engine does", async () => {
    const cases: { name: string; table: string; snapshot: Snapshot; predicates: Predicate[]; wheres: string[] }[] = [];
    for (const { name, root } of tables) {
      const snapshot = await loadSnapshot(engine, root);
      const leaves = leavesOf(snapshot.schema).filter(({ path }) => path.length === 1);
      const all = predicatesFor(leaves.slice(0, 12), await someRows(snapshot));
      const step = Math.ceil(all.length / 20);
      const predicates = all.filter((_, at) => at % step === 0);
      const types = new Map(leaves.map(({ column, type }) => [column, type]));
      const wheres = predicates.map((predicate) => toSql(predicate, types));
      cases.push({ name, table: fileURLToPath(root), snapshot, predicates, wheres });
    }
    const answers = judge(cases.map(({ table, wheres }) => ({ table, wheres })));
    const disagreements: string[] = [];
    let compared = 0;
    for (const [at, { name, snapshot, predicates }] of cases.entries()) {
      for (const [index, where] of predicates.entries()) {
        const expected = answers[at]![index];
        // Tables that deltalake cannot read, and comparisons that its engine does not have.
        if (expected === null || expected === undefined) continue;
        const rows = await countRows(snapshot, where);
        if (rows !== expected) disagreements.push(`${name}: ${formatPredicate(where)}: ${rows}, not ${expected}`);
        compared++;
      }
    }
    expect(disagreements).toEqual([]);
    expect(compared).toBeGreaterThan(800);
  }, 300_000);
});
