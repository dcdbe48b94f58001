import { DeferredColumn } from "./deferred-column.js";
import { BoolColumn, Float64Column, Int32Column, Int64Column } from "./fixed-columns.js";
import type { JsonColumn } from "./json-column.js";
import type { JsonShape } from "./json-shape.js";
import { ListColumn, MapColumn, StructColumn } from "./nested-columns.js";
import { Utf8Column } from "./utf8-column.js";

/** A column of this shape, nested ones included. */
export function makeJsonColumn(shape: JsonShape, parent = ""): JsonColumn {
  switch (shape.kind) {
    case "bool":
      return new BoolColumn(shape, parent);
    case "int32":
      return new Int32Column(shape, parent);
    case "int64":
      return new Int64Column(shape, parent);
    case "float64":
      return new Float64Column(shape, parent);
    case "utf8":
      return shape.isDeferred ? new DeferredColumn(shape, parent) : new Utf8Column(shape, parent);
  }
  const name = parent === "" ? shape.name : `${parent}.${shape.name}`;
  const children = shape.children.map((child) => makeJsonColumn(child, name));
  switch (shape.kind) {
    case "struct":
      return new StructColumn(
        shape,
        parent,
        children,
        shape.children.map((child) => child.name),
      );
    case "list":
      return new ListColumn(shape, parent, children[0]!);
    case "map":
      return new MapColumn(shape, parent, children[0]!, children[1]!);
  }
}
