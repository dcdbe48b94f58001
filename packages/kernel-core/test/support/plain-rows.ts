import type { Predicate } from "../../src/predicate/predicate.js";
import { cellOf, type TestFile, type TestTable } from "./filtered-tables.js";
import { plainOutcome } from "./plain-filter.js";

/** The rows of a file for which a predicate is true. */
export function plainRows(table: TestTable, file: TestFile, predicate: Predicate): number[] {
  const lookup = (row: number) => (name: string) => {
    if (name === "S")
      return { value: file.nullStructs[row] ? null : {}, type: { kind: "struct", fields: [] } as const };
    const plain = name.replace(/^S\.`(.*)`$/, "$1").toLowerCase();
    const at = table.columns.findIndex((column) => column.name.toLowerCase() === plain);
    const column = table.columns[at]!;
    return { value: cellOf(file, column, at, row), type: column.cell.type };
  };
  return file.nullStructs.flatMap((_, row) =>
    !file.deleted.includes(row) && plainOutcome(predicate, lookup(row)) === true ? [row] : [],
  );
}
