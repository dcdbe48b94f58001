import type { CellColumn, CellFormat, Cells } from "./cell-format.js";
import { fitWidths, GAP } from "./column-widths.js";
import { displayText } from "./display-text.js";
import { displayWidth, truncated } from "./display-width.js";
import type { Style } from "./style.js";

export interface TableOptions {
  /** Columns of the terminal; absent where the output is none, and nothing is cut. */
  readonly width?: number | undefined;
  readonly style: Style;
}

/** Rows that are looked at before the widths of the columns are settled. */
const WINDOW = 1000;
const CHUNK = 1 << 18;

/** Aligned columns for people. Widths follow the first thousand rows; a longer cell that comes later sticks out. */
export function tableFormat(columns: readonly CellColumn[], { width, style }: TableOptions): CellFormat {
  const names = columns.map((column) => displayText(column.name));
  let waiting: (string | null)[][] = [];
  let widths: readonly number[] | undefined;
  let count = 0;

  function settle(): string {
    const needs = columns.map(({ numeric, rigid }, c) => ({
      width: waiting.reduce((most, row) => Math.max(most, displayWidth(row[c] ?? "null")), displayWidth(names[c]!)),
      rigid: numeric === true || rigid === true,
    }));
    widths = fitWidths(needs, width);
    const header = line(names, (name) => style.bold(name));
    const rule = line(
      widths.map((w) => "─".repeat(w)),
      (dashes) => style.dim(dashes),
    );
    const rows = waiting.map(body).join("");
    waiting = [];
    return header + rule + rows;
  }

  function body(row: Cells): string {
    return line(row, (cell) => cell);
  }

  function line(cells: Cells, paint: (cell: string) => string): string {
    let text = "";
    const last = widths!.length - 1;
    for (let c = 0; c <= last; c++) {
      const cell = cells[c] ?? null;
      const room = widths![c]!;
      const shown = width === undefined ? (cell ?? "null") : truncated(cell ?? "null", room);
      const painted = cell === null ? style.dim(shown) : paint(shown);
      const blanks = " ".repeat(Math.max(0, room - displayWidth(shown)));
      if (columns[c]!.numeric) text += blanks + painted;
      else text += c === last ? painted : painted + blanks;
      if (c < last) text += " ".repeat(GAP);
    }
    return `${text}\n`;
  }

  return {
    start: () => "",
    *rows(rows) {
      let text = "";
      for (const cells of rows) {
        const row = cells.map((cell) => (cell === null ? null : displayText(cell)));
        count += 1;
        if (widths === undefined) {
          waiting.push(row);
          if (waiting.length === WINDOW) text += settle();
        } else {
          text += body(row);
        }
        if (text.length >= CHUNK) {
          yield text;
          text = "";
        }
      }
      if (text !== "") yield text;
    },
    end() {
      const text = widths === undefined ? settle() : "";
      const hidden = columns.length - widths!.length;
      const note = hidden === 0 ? "" : `, ${hidden} of ${columns.length} columns not shown`;
      return `${text}${style.dim(`(${count} ${count === 1 ? "row" : "rows"}${note})`)}\n`;
    },
    torn: () => "… cut short by an error\n",
  };
}
