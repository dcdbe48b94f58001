import type { Data } from "apache-arrow";
import { ArrowType } from "../columnar/arrow-type.js";
import type { DataType, StructType } from "../schema/types.js";

/** A column of a batch that may lie inside of structs. */
export interface FoundColumn {
  readonly data: Data;
  /** The structs around it and itself: its value is null where one of them is. */
  readonly levels: readonly Data[];
}

/** Where a column is in batches of a schema. */
export interface ColumnAt {
  readonly type: DataType;
  /** `columns` is the struct of the batch's columns. */
  find(columns: Data): FoundColumn;
}

/** Finds a column by its path, which the schema has. */
export function columnAt(schema: StructType, path: readonly string[]): ColumnAt {
  let type: DataType = schema;
  const indexes: number[] = [];
  for (const name of path) {
    const { fields } = type as StructType;
    const index = fields.findIndex((field) => field.name === name);
    indexes.push(index);
    type = fields[index]!.type;
  }
  return {
    type,
    find(columns) {
      const levels: Data[] = [];
      let data = columns;
      for (const index of indexes) {
        data = data.children[index]!;
        levels.push(data);
      }
      return { data, levels };
    },
  };
}

/** Sets `mark` for each row whose value is null. */
export function markNulls({ levels }: FoundColumn, marks: Uint8Array, mark: number): void {
  for (const { nullCount, nullBitmap: bitmap, offset, typeId } of levels) {
    if ((typeId as number) === ArrowType.Null) marks.fill(mark);
    else if (nullCount > 0) {
      for (let row = 0, bit = offset; row < marks.length; row++, bit++) {
        if (((bitmap[bit >> 3]! >> (bit & 7)) & 1) === 0) marks[row] = mark;
      }
    }
  }
}
