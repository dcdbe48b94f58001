import { openSelection, type RowRanges, type RowSelection } from "@asyncdelta/kernel-core";
import { Bool, type DataType, Field, Float64, Int32, Int64, List, Map_, Schema, Struct, Utf8 } from "apache-arrow";
import type { DecodedRows } from "./decode/decoded-rows.js";
import type { JsonShape } from "./decode/json-shape.js";
import { toRecordBatch } from "./to-record-batch.js";

/** Says of rows, all columns of which but the deferred ones have been read, for which those are wanted; `undefined` for all. */
export type RowGate = (rows: DecodedRows) => RowRanges | undefined;

/** What of a selection is worth while JSON is read. */
export interface GatedShapes {
  /** The texts that the later steps of the selection look at are deferred. */
  readonly shapes: readonly JsonShape[];
  /** Its first step. */
  readonly gate: RowGate;
}

/** The gate of a selection for lines of these shapes; `undefined` where it would leave nothing out. */
export async function openGate(
  selection: RowSelection,
  shapes: readonly JsonShape[],
): Promise<GatedShapes | undefined> {
  const [first, ...later] = await openSelection(selection);
  const deferred = deferShapes(
    shapes,
    later.flatMap(({ columns }) => columns),
  );
  if (first === undefined || deferred === shapes) return undefined;
  const schema = new Schema(shapes.map((shape) => fieldOf(shape)));
  return { shapes: deferred, gate: (rows) => first.select(toRecordBatch(schema, rows)) };
}

/** The same shapes where there is nothing to defer. */
function deferShapes(shapes: readonly JsonShape[], paths: readonly (readonly string[])[]): readonly JsonShape[] {
  const deferred = shapes.map((shape): JsonShape => {
    const below = paths.filter(([name]) => name === shape.name).map((path) => path.slice(1));
    if (shape.kind === "utf8") return below.some((path) => path.length === 0) ? { ...shape, isDeferred: true } : shape;
    if (shape.kind !== "struct") return shape;
    const children = deferShapes(shape.children, below);
    return children === shape.children ? shape : { ...shape, children };
  });
  return deferred.some((shape, at) => shape !== shapes[at]) ? deferred : shapes;
}

function fieldOf(shape: JsonShape): Field {
  return new Field(shape.name, typeOf(shape), shape.nullable);
}

function typeOf(shape: JsonShape): DataType {
  switch (shape.kind) {
    case "bool":
      return new Bool();
    case "utf8":
      return new Utf8();
    case "float64":
      return new Float64();
    case "int32":
      return new Int32();
    case "int64":
      return new Int64();
    case "struct":
      return new Struct(shape.children.map(fieldOf));
    case "list":
      return new List(fieldOf(shape.children[0]!));
    case "map":
      return new Map_(
        new Field("entries", new Struct(shape.children.map(fieldOf)), false) as never,
      ) as unknown as DataType;
    default:
      return shape satisfies never;
  }
}
