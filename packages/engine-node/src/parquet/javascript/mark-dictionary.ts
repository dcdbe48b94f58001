import type { RowRanges } from "@asyncdelta/kernel-core";
import type { RecordBatch, Schema } from "apache-arrow";
import { TypeId } from "../../arrow/column-type.js";
import { toRecordBatch } from "../../arrow/to-data.js";
import type { Dictionary } from "../kernels/dictionary.js";
import type { Marks } from "../kernels/match-page.js";
import type { LeafNode } from "../schema/schema-node.js";
import { assemble } from "./assemble.js";
import { LevelCollector } from "./levels.js";
import { makeSlots } from "./make-slots.js";
import { freshMemory } from "./slot-memory.js";

/** Of a dictionary with nearly as many values as there are rows, looking at the rows is as much work. */
const FEW_ROWS = 4;

/**
 * Marks the values of a column of the root that `select` keeps of a batch of them, and whether it keeps a null. It must say the same of
 * a value whatever row it is in.
 */
export function markDictionary(
  leaf: LeafNode,
  schema: Schema,
  select: (batch: RecordBatch) => RowRanges | undefined,
  dictionary: Dictionary,
  entries: number,
): Marks | undefined {
  const { type } = schema.fields[0]!;
  const { count } = dictionary;
  if (count * FEW_ROWS > entries) return undefined;
  // Nobody may ask for the value that is not one.
  if (type.typeId === TypeId.Utf8 && !dictionary.isText) return undefined;
  const values = dictionary.values();
  const bytes = values.kind === "bytes" ? values.source.length : 0;
  const slots = makeSlots(leaf, type, count + 1, bytes, freshMemory);
  const levels = new LevelCollector(leaf);
  slots.fill(values, 0, count);
  levels.add({ reps: undefined, defs: undefined }, 0, count);
  const isNullable = leaf.def > 0;
  if (isNullable) {
    slots.pass(1);
    levels.add({ reps: undefined, defs: Uint8Array.of(0) }, 0, 1);
  }
  const rows = count + (isNullable ? 1 : 0);
  const column = assemble(leaf, type, new Map([[leaf, { leaf, levels, slots }]]));
  const kept = selected(select, toRecordBatch(schema, rows, [column]));
  if (kept === undefined) return undefined;
  const marks = new Uint8Array(rows);
  for (let at = 0; at < kept.length; at += 2) marks.fill(1, kept[at], kept[at + 1]);
  return { values: marks.subarray(0, count), nulls: marks[count] === 1 };
}

/** Nothing where it cannot be asked: a value that cannot be converted may be in no row that anybody wants, and else is told to him. */
function selected(select: (batch: RecordBatch) => RowRanges | undefined, batch: RecordBatch): RowRanges | undefined {
  try {
    return select(batch) ?? Int32Array.of(0, batch.numRows);
  } catch {
    return undefined;
  }
}
