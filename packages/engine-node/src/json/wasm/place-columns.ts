import { COLUMN_BYTES, FIELD, KIND } from "./column-fields.js";
import type { PlannedColumn } from "./column-plan.js";
import type { LinesInstance } from "./lines-instance.js";

/** How much is to be read before columns start anew. */
export interface ReadSize {
  /** Bytes of JSON. */
  readonly bytes: number;
  readonly rows: number;
}

/** Where things are in the memory of the module: addresses in bytes. */
export interface Places {
  /** The table of columns. */
  readonly table: number;
  /** The lines. */
  readonly input: number;
}

/** The module reads, and writes, up to so many bytes behind a string. */
const SLACK = 128;
/** More is not worth it: memory that is written once stays with the process. */
const MOST_BYTES = 512 * 1024 * 1024;

/**
 * Writes the table of columns, with room for whatever lines of that size can hold, and gives where things are; `undefined` where
 * that would be too much. Room costs nothing until something is written there.
 */
export function placeColumns(
  instance: LinesInstance,
  columns: readonly PlannedColumn[],
  size: ReadSize,
): Places | undefined {
  let end = align(instance.exports.base());
  const take = (bytes: number): number => {
    const start = end;
    end = align(end + bytes);
    return start;
  };
  const table = take(columns.length * COLUMN_BYTES);
  const names = columns.map(({ name }) => take(name.length));
  const input = take(size.bytes + SLACK);
  const buffers = columns.map(({ kind, bytesPerValue }) => {
    const capacity = bytesPerValue === 0 ? size.rows : Math.floor(size.bytes / bytesPerValue) + 1;
    const hasOffsets = kind === KIND.utf8 || kind === KIND.list || kind === KIND.map;
    const bytes = valueBytes(kind, capacity, size.bytes);
    return {
      capacity,
      validity: take(bitBytes(capacity)),
      offsets: hasOffsets ? take(4 * (capacity + 1)) : 0,
      values: bytes > 0 ? take(bytes) : 0,
    };
  });
  if (end > MOST_BYTES || !instance.reserve(end)) return undefined;

  const { words, bytes } = instance;
  for (const [i, { kind, shape, children, name }] of columns.entries()) {
    const at = (table + i * COLUMN_BYTES) / 4;
    bytes.set(name, names[i]!);
    words[at + FIELD.kind] = kind;
    words[at + FIELD.isRequired] = shape.nullable ? 0 : 1;
    words[at + FIELD.capacity] = buffers[i]!.capacity;
    words[at + FIELD.validity] = buffers[i]!.validity;
    words[at + FIELD.offsets] = buffers[i]!.offsets;
    words[at + FIELD.values] = buffers[i]!.values;
    words[at + FIELD.children] = children.length === 0 ? 0 : table + children[0]!.index * COLUMN_BYTES;
    words[at + FIELD.childCount] = children.length;
    words[at + FIELD.requiredCount] = children.filter((child) => !child.shape.nullable).length;
    words[at + FIELD.name] = names[i]!;
    words[at + FIELD.nameLength] = name.length;
  }
  return { table, input };
}

function align(address: number): number {
  return Math.ceil(address / 16) * 16;
}

function bitBytes(capacity: number): number {
  return (capacity >> 3) + 1;
}

function valueBytes(kind: number, capacity: number, inputBytes: number): number {
  switch (kind) {
    case KIND.bool:
      return bitBytes(capacity);
    case KIND.int32:
    case KIND.deferred:
      return 4 * capacity;
    case KIND.int64:
      return 8 * capacity;
    case KIND.utf8:
      // What strings stand for never takes more bytes than the strings.
      return inputBytes + SLACK;
    default:
      return 0;
  }
}
