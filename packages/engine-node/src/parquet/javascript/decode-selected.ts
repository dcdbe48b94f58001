import { countRows, type RowRanges, type SelectionStep, takeData } from "@asyncdelta/kernel-core";
import { type Data, RecordBatch, type Schema, Struct } from "apache-arrow";
import { newData } from "../../arrow/new-data.js";
import type { DecodedRows, DecodeJob } from "../decoder.js";
import { pageMemory } from "../kernels/page-memory.js";
import { arrowSchema } from "../schema/arrow-schema.js";
import { readSchema } from "../schema/read-schema.js";
import type { LeafNode, SchemaNode, StructNode } from "../schema/schema-node.js";
import { assemble } from "./assemble.js";
import { checkEnds, keepLeaves, keyOf, named, openLeaves } from "./decode-row-group.js";
import type { LeafReader, LeafRows } from "./leaf-reader.js";
import { mergeColumns } from "./merge-columns.js";
import { pickRanges } from "./pick-ranges.js";
import { Turn } from "./turn.js";

/** Columns that are decoded together, for the rows that are left then. */
interface Stage {
  readonly nodes: readonly SchemaNode[];
  readonly readers: readonly LeafReader[];
  /** Of these columns alone. */
  readonly own: Schema;
  /** Of these and of all the stages before. */
  readonly joined: Schema;
  /** Leaves rows out of the joined columns; the last stage has none. */
  readonly step: SelectionStep | undefined;
}

/**
 * Decodes of a row group the rows that are wanted: the columns of each step of the selection in turn, for the rows that the
 * steps before have left, and all other columns for those that are left in the end. Pages without such rows are passed over.
 */
export async function* decodeSelected(
  job: DecodeJob,
  steps: readonly SelectionStep[],
  signal: AbortSignal | undefined,
): AsyncGenerator<DecodedRows> {
  const memory = pageMemory();
  memory?.enter();
  try {
    yield* decodeStages(job, steps, signal);
  } finally {
    memory?.leave();
  }
}

async function* decodeStages(
  job: DecodeJob,
  steps: readonly SelectionStep[],
  signal: AbortSignal | undefined,
): AsyncGenerator<DecodedRows> {
  const turn = new Turn(signal);
  const stages = planStages(job, steps, turn);
  const readers = stages.flatMap((stage) => stage.readers);
  const { start: from = 0, end: to = Number(job.metadata.row_groups[job.rowGroup]!.num_rows) } = job.part ?? {};
  for (const reader of readers) reader.skip(from);
  for (let start = from; start < to; start += job.batchRows) {
    const length = Math.min(job.batchRows, to - start);
    let rows: RowRanges = Int32Array.of(0, length);
    let columns: RecordBatch | undefined;
    for (const stage of stages) {
      if (rows.length === 0) {
        for (const reader of stage.readers) reader.skip(length);
        continue;
      }
      const found = await readStage(stage, length, rows, job.url, turn);
      columns = columns === undefined ? found : mergeColumns(stage.joined, columns, found);
      const kept = stage.step?.select(columns);
      if (kept === undefined) continue;
      rows = pickRanges(rows, kept);
      columns = new RecordBatch(stage.joined, takeData(columns.data, kept) as never);
      await turn.give();
    }
    if (columns !== undefined && rows.length > 0) yield { start, batch: inSchema(job.schema, columns), rows };
  }
  if (job.part === undefined) await checkEnds(readers, job.url);
}

function planStages(job: DecodeJob, steps: readonly SelectionStep[], turn: Turn): Stage[] {
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

async function readStage(
  { nodes, readers, own }: Stage,
  length: number,
  ranges: RowRanges,
  url: string,
  turn: Turn,
): Promise<RecordBatch> {
  const rows = new Map<LeafNode, LeafRows>();
  for (const reader of readers) {
    await turn.give();
    rows.set(reader.leaf, await named(reader.leaf, url, () => reader.take(length, ranges)));
  }
  const children: Data[] = [];
  for (const [index, node] of nodes.entries()) {
    await turn.give();
    children.push(await named(node, url, () => assemble(node, own.fields[index]!.type, rows)));
  }
  const data = newData(new Struct(own.fields), countRows(ranges), { nullCount: 0 }, { children });
  return new RecordBatch(own, data as never);
}

/** The types are the same; the schema is the one that the reader of the batches knows. */
function inSchema(schema: Schema, { data, numRows }: RecordBatch): RecordBatch {
  const struct = newData(new Struct(schema.fields), numRows, { nullCount: 0 }, { children: [...data.children] });
  return new RecordBatch(schema, struct as never);
}
