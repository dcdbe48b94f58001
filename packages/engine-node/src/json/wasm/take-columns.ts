import type { ColumnBuffers } from "../decode/column-buffers.js";
import { BatchMemory, roundUp } from "./batch-memory.js";
import { COLUMN_BYTES, FIELD, KIND } from "./column-fields.js";
import type { PlannedColumn } from "./column-plan.js";
import type { LinesInstance } from "./lines-instance.js";

/** Where columns are taken from. */
export interface Taking {
  readonly instance: LinesInstance;
  /** Address of the table of columns. */
  readonly table: number;
  /** What stands for columns that have not been read yet. */
  readonly standIns: ReadonlyMap<PlannedColumn, ColumnBuffers>;
}

/** Copies columns that have been finished out of the memory of the module, with those below them. */
export function takeColumns(taking: Taking, columns: readonly PlannedColumn[], length: number): ColumnBuffers[] {
  const bytes = columns.reduce((sum, column) => sum + bytesOf(taking, column, length), 0);
  const memory = new BatchMemory(taking.instance.bytes, bytes);
  return columns.map((column) => take(taking, memory, column, length));
}

/** Bytes that a column takes, with those below it. */
function bytesOf(taking: Taking, column: PlannedColumn, length: number): number {
  if (taking.standIns.has(column)) return 0;
  const { words } = taking.instance;
  const { kind, children } = column;
  const at = fieldsOf(taking, column);
  const end = words[at + FIELD.length] === 0 ? 0 : words[at + FIELD.end]!;
  const offsets = words[at + FIELD.offsets] === 0 ? 0 : roundUp(4 * (length + 1));
  const items = kind === KIND.struct ? length : end;
  return children.reduce(
    (sum, child) => sum + bytesOf(taking, child, items),
    roundUp(bitBytes(length)) + offsets + roundUp(valueBytes(kind, length, end)),
  );
}

function take(taking: Taking, memory: BatchMemory, column: PlannedColumn, length: number): ColumnBuffers {
  const { words } = taking.instance;
  const { kind, children } = column;
  const standIn = taking.standIns.get(column);
  if (standIn !== undefined) return standIn;
  const at = fieldsOf(taking, column);
  const takeChildren = (items: number) => children.map((child) => take(taking, memory, child, items));
  if (words[at + FIELD.length] === 0) return absent(memory, kind, length, takeChildren);
  const nullCount = length - words[at + FIELD.valid]!;
  const validity = nullCount === 0 ? {} : { nullBitmap: memory.bytes(words[at + FIELD.validity]!, bitBytes(length)) };
  const values = words[at + FIELD.values]!;
  const end = words[at + FIELD.end]!;
  const offsets = () => memory.words(words[at + FIELD.offsets]!, length + 1);
  switch (kind) {
    case KIND.bool:
      return { length, values: memory.bytes(values, bitBytes(length)), nullCount, ...validity };
    case KIND.int32:
      return { length, values: memory.words(values, length), nullCount, ...validity };
    case KIND.int64:
      return { length, values: memory.longs(values, length), nullCount, ...validity };
    case KIND.utf8:
      return { length, offsets: offsets(), values: memory.bytes(values, end), nullCount, ...validity };
    case KIND.struct:
      return { length, children: takeChildren(length), nullCount, ...validity };
    default:
      return { length, offsets: offsets(), children: itemsOf(kind, takeChildren(end)), nullCount, ...validity };
  }
}

/** A column that no row has a value of. */
function absent(
  memory: BatchMemory,
  kind: number,
  length: number,
  takeChildren: (items: number) => readonly ColumnBuffers[],
): ColumnBuffers {
  const validity = length === 0 ? {} : { nullBitmap: memory.zeroBytes(bitBytes(length)) };
  const nulls = { length, nullCount: length, ...validity };
  switch (kind) {
    case KIND.bool:
      return { ...nulls, values: memory.zeroBytes(bitBytes(length)) };
    case KIND.int32:
      return { ...nulls, values: memory.zeroWords(length) };
    case KIND.int64:
      return { ...nulls, values: memory.zeroLongs(length) };
    case KIND.utf8:
      return { ...nulls, offsets: memory.zeroWords(length + 1), values: memory.zeroBytes(0) };
    case KIND.struct:
      return { ...nulls, children: takeChildren(length) };
    default:
      return { ...nulls, offsets: memory.zeroWords(length + 1), children: itemsOf(kind, takeChildren(0)) };
  }
}

/** The entries of a map are a struct of keys and values. */
function itemsOf(kind: number, items: readonly ColumnBuffers[]): readonly ColumnBuffers[] {
  return kind === KIND.map ? [{ length: items[0]!.length, nullCount: 0, children: items }] : items;
}

/** Where the fields of a column begin, in words. */
function fieldsOf({ table }: Taking, { index }: PlannedColumn): number {
  return (table + index * COLUMN_BYTES) / 4;
}

function valueBytes(kind: number, length: number, end: number): number {
  switch (kind) {
    case KIND.bool:
      return bitBytes(length);
    case KIND.int32:
      return 4 * length;
    case KIND.int64:
      return 8 * length;
    case KIND.utf8:
      return end;
    default:
      return 0;
  }
}

function bitBytes(bits: number): number {
  return (bits + 7) >> 3;
}
