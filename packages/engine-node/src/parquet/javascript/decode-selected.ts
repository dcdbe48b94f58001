import { type RowRanges, type SelectionStep, takeData } from "@asyncdelta/kernel-core";
import { RecordBatch, type Schema, Struct } from "apache-arrow";
import { newData } from "../../arrow/new-data.js";
import type { DecodedRows, DecodeJob } from "../decoder.js";
import { keepingDictionaries } from "../kernels/page-memory.js";
import { type ColumnsJob, checkEnds, named } from "./decode-columns.js";
import { matcherOf, readMatches } from "./match-stage.js";
import { mergeColumns } from "./merge-columns.js";
import { pickRanges } from "./pick-ranges.js";
import { type RowsPiece, splitRows } from "./split-rows.js";
import { planStages, readStage, type Stage } from "./stages.js";
import { Turn } from "./turn.js";

/** A job whose batches are Arrow's. */
type SelectedJob = ColumnsJob &
  Pick<DecodeJob, "schema"> & {
    /** Rows whose columns of the steps are decoded at once, at most, and from the first ones on. */
    readonly mostLooked?: number | undefined;
  };

/** Three pages of most writers (see `MOST_ROWS` of read-rows.ts): what ends inside a page leaves its rest to be kept. */
const MOST_LOOKED = 60 * 1024;
const MOST_LOOKED_BYTES = 2 * 1024 * 1024;
const LEAST_WIDTH = 8;

/**
 * Decodes of a row group the rows that are wanted: the columns of each step of the selection in turn, for the rows that the
 * steps before have left, and all other columns for those that are left in the end. Pages without such rows are passed over.
 */
export function decodeSelected(
  job: SelectedJob,
  steps: readonly SelectionStep[],
  signal: AbortSignal | undefined,
): AsyncGenerator<DecodedRows> {
  return keepingDictionaries(() => decodeStages(job, steps, signal));
}

async function* decodeStages(
  job: SelectedJob,
  steps: readonly SelectionStep[],
  signal: AbortSignal | undefined,
): AsyncGenerator<DecodedRows> {
  const turn = new Turn(signal);
  const stages = planStages(job, steps, turn);
  const readers = stages.flatMap((stage) => stage.readers);
  const { start: from = 0, end: to = Number(job.metadata.row_groups[job.rowGroup]!.num_rows) } = job.part ?? {};
  for (const reader of readers) reader.skip(from);
  const looking = stages.filter(({ step }) => step !== undefined);
  const rest = stages.find(({ step }) => step === undefined);
  const most = mostLooked(job, looking);
  const matcher = matcherOf(looking[0]);
  let look = job.mostLooked === undefined ? job.batchRows : most;
  for (let start = from; start < to; ) {
    let length = Math.min(look, to - start);
    let columns: RecordBatch | undefined;
    const matches = matcher && (await readMatches(looking[0]!, matcher, length, job.url, turn));
    if (matches !== undefined) ({ length, columns } = matches);
    let rows: RowRanges = matches?.ranges ?? Int32Array.of(0, length);
    for (const stage of matches === undefined ? looking : looking.slice(1)) {
      if (rows.length === 0) {
        for (const reader of stage.readers) reader.skip(length);
        continue;
      }
      const found = await readStage(stage, length, rows, job.url, turn);
      columns = columns === undefined ? found : mergeColumns(stage.joined, columns, found);
      const kept = stage.step!.select(columns);
      if (kept === undefined) continue;
      rows = pickRanges(rows, kept);
      columns = new RecordBatch(stage.joined, takeData(columns.data, kept) as never);
      await turn.give();
    }
    const pieces = splitRows(rows, length, job.batchRows);
    for (const piece of pieces) {
      if (piece.rows.length === 0) {
        for (const reader of rest?.readers ?? []) reader.skip(piece.end - piece.start);
        continue;
      }
      const looked = columns && (pieces.length === 1 ? columns : sliceRows(columns, piece));
      const found = rest && (await readStage(rest, piece.end - piece.start, piece.rows, job.url, turn));
      const batch = looked && found ? mergeColumns(rest.joined, looked, found) : (looked ?? found)!;
      yield { start: start + piece.start, batch: inSchema(job.schema, batch), rows: piece.rows };
    }
    start += length;
    // The next ones are as many as will leave a batch, if they are like these; or a little more, as long as it is not known.
    const share = Math.max(1, pieces.at(-1)!.upTo) / length;
    look = Math.max(job.batchRows, Math.min(most, look * 4, Math.floor(job.batchRows / share)));
  }
  if (job.part !== undefined && !job.part.isLast) return;
  if (matcher !== undefined) await named(looking[0]!.nodes[0]!, job.url, () => matcher.end());
  await checkEnds(readers, job.url);
}

/** Rows whose columns of the steps are decoded at once, at most: fewer where they are long. */
function mostLooked(
  { metadata, rowGroup, mostLooked: most = MOST_LOOKED }: SelectedJob,
  stages: readonly Stage[],
): number {
  const { columns } = metadata.row_groups[rowGroup]!;
  let width = 1;
  for (const { leaf } of stages.flatMap(({ readers }) => readers)) {
    const { total_uncompressed_size: bytes, num_values: values } = columns[leaf.index]!.meta_data!;
    width += Math.max(LEAST_WIDTH, Number(bytes) / Math.max(1, Number(values)));
  }
  return Math.min(most, Math.floor(MOST_LOOKED_BYTES / width));
}

function sliceRows(batch: RecordBatch, { before, upTo }: RowsPiece): RecordBatch {
  return new RecordBatch(batch.schema, takeData(batch.data, Int32Array.of(before, upTo)) as never);
}

/** The types are the same; the schema is the one that the reader of the batches knows. */
function inSchema(schema: Schema, { data, numRows }: RecordBatch): RecordBatch {
  const struct = newData(new Struct(schema.fields), numRows, { nullCount: 0 }, { children: [...data.children] });
  return new RecordBatch(schema, struct as never);
}
