import type { RowRanges, SelectionStep } from "@asyncdelta/kernel-core";
import type { RecordBatch, Schema } from "apache-arrow";
import type { ColumnData } from "../../arrow/column-data.js";
import { toRecordBatch } from "../../arrow/to-data.js";
import type { DecodeJob } from "../decoder.js";
import { arrowSchema } from "../schema/arrow-schema.js";
import { readSchema } from "../schema/read-schema.js";
import type { LeafNode, SchemaNode, StructNode } from "../schema/schema-node.js";
import { assemble, type LeafRowsOf } from "./assemble.js";
import { type ColumnsJob, keepLeaves, keyOf, named, openLeaves } from "./decode-columns.js";
import type { LeafReader, LeafRows } from "./leaf-reader.js";
import type { Turn } from "./turn.js";
import { WantedRows } from "./wanted-rows.js";

/** Columns that are decoded together, for the rows that are left then. */
export interface Stage {
  readonly nodes: readonly SchemaNode[];
  readonly readers: readonly LeafReader[];
  /** Of these columns alone. */
  readonly own: Schema;
  /** Of these and of all the stages before. */
  readonly joined: Schema;
  /** Leaves rows out of the joined columns; the last stage has none. */
  readonly step: SelectionStep | undefined;
}

/** One for each step whose columns are among those of the job, and one for all others. */
export function planStages(
  job: ColumnsJob & Pick<DecodeJob, "schema">,
  steps: readonly SelectionStep[],
  turn: Turn,
): Stage[] {
  const root = readSchema(job.metadata.schema);
  const stages: Stage[] = [];
  let rest = job.leaves;
  const seen: (readonly string[])[] = [];
  const add = (leaves: readonly (readonly string[])[], step: SelectionStep | undefined): void => {
    if (leaves.length === 0) return;
    seen.push(...leaves);
    const nodes = keepLeaves(root.children, new Set(leaves.map(keyOf)));
    const own = schemaOf(root, leaves);
    const readers = nodes.flatMap((node, index) => openLeaves(node, own.fields[index]!.type, job, turn));
    stages.push({ nodes, readers, own, joined: schemaOf(root, seen), step });
  };
  for (const step of steps) {
    const isLooked = (leaf: readonly string[]) =>
      step.columns.some((path) => path.every((name, at) => leaf[at] === name));
    add(rest.filter(isLooked), step);
    rest = rest.filter((leaf) => !isLooked(leaf));
  }
  add(rest, undefined);
  return stages;
}

function schemaOf(root: StructNode, leaves: readonly (readonly string[])[]): Schema {
  return arrowSchema({ ...root, children: keepLeaves(root.children, new Set(leaves.map(keyOf))) });
}

/** The columns of a stage, for wanted rows among the next `length`. */
export async function readStage(
  stage: Stage,
  length: number,
  ranges: RowRanges,
  url: string,
  turn: Turn,
): Promise<RecordBatch> {
  const rows = new Map<LeafNode, LeafRows>();
  const wanted = new WantedRows(ranges);
  for (const reader of stage.readers) {
    await turn.give();
    rows.set(reader.leaf, await named(reader.leaf, url, () => reader.take(length, wanted)));
  }
  return assembleStage(stage, rows, wanted.count, url, turn);
}

/** The columns of a stage, of so many rows of its leaves. */
export async function assembleStage(
  { nodes, own }: Stage,
  rows: LeafRowsOf,
  count: number,
  url: string,
  turn: Turn,
): Promise<RecordBatch> {
  const columns: ColumnData[] = [];
  for (const [index, node] of nodes.entries()) {
    await turn.give();
    columns.push(await named(node, url, () => assemble(node, own.fields[index]!.type, rows)));
  }
  return toRecordBatch(own, count, columns);
}
