import type { JsonShape } from "../decode/json-shape.js";
import { KIND } from "./column-fields.js";

/** A column in the memory of the module. */
export interface PlannedColumn {
  readonly shape: JsonShape;
  readonly kind: number;
  /** Where it stands in the table, from 0 on. */
  readonly index: number;
  readonly children: PlannedColumn[];
  /** The fewest bytes of JSON that make a value; 0 where a row makes one at most. */
  readonly bytesPerValue: number;
  /** The name as it stands in a file when nothing in it is escaped, with the quotes; empty where it cannot stand so. */
  readonly name: Uint8Array;
  /** Of a deferred column, the one that its strings are read into. */
  resolved?: PlannedColumn;
}

/**
 * The columns of some shapes as they stand in memory: each one's children are neighbours. The first is the root, which is no column
 * itself, and has those of a line. `undefined` where the module does not know how to read one of them.
 */
export function planColumns(shapes: readonly JsonShape[]): readonly PlannedColumn[] | undefined {
  const root: JsonShape = { name: "", nullable: false, kind: "struct", children: shapes };
  if (!isKnown(root, true)) return undefined;
  const columns = [plan(root, 0, 0)];
  // Breadth first, so that siblings are neighbours.
  for (let at = 0; at < columns.length; at++) {
    const { shape, children, bytesPerValue } = columns[at]!;
    if (!("children" in shape)) continue;
    // `0,` and `"":0`
    const fewest = shape.kind === "list" ? 2 : shape.kind === "map" ? 4 : bytesPerValue;
    for (const child of shape.children) {
      children.push(plan(child, columns.length, fewest));
      columns.push(children.at(-1)!);
    }
  }
  for (const column of columns.filter(({ kind }) => kind === KIND.deferred)) {
    column.resolved = plan({ ...column.shape, nullable: true, isDeferred: false } as JsonShape, columns.length, 0);
    columns.push(column.resolved);
  }
  return columns;
}

function plan(shape: JsonShape, index: number, bytesPerValue: number): PlannedColumn {
  const kind = shape.kind === "utf8" && shape.isDeferred ? "deferred" : (shape.kind as keyof typeof KIND);
  return { shape, kind: KIND[kind], index, children: [], bytesPerValue, name: quotedName(shape.name) };
}

/** Whether the module reads such values. Numbers with fractions are JavaScript's affair. */
function isKnown(shape: JsonShape, canDefer: boolean): boolean {
  switch (shape.kind) {
    case "float64":
      return false;
    case "utf8":
      return canDefer || shape.isDeferred !== true;
    case "struct": {
      const names = shape.children.map(({ name }) => name);
      return new Set(names).size === names.length && shape.children.every((child) => isKnown(child, canDefer));
    }
    case "list":
      return shape.children.every((child) => isKnown(child, false));
    case "map":
      return shape.children[0]!.kind === "utf8" && shape.children.every((child) => isKnown(child, false));
    default:
      return true;
  }
}

function quotedName(name: string): Uint8Array {
  const text = JSON.stringify(name);
  // Only then can a file have it in no other way than with an escape.
  return text.length === name.length + 2 ? new TextEncoder().encode(text) : new Uint8Array(0);
}
