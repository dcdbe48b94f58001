import type { CellColumn, CellFormat, Cells } from "./cell-format.js";

/** Characters worth one write. */
const CHUNK = 1 << 18;

/**
 * CSV as in RFC 4180, with a header line and CRLF. A missing value is an empty cell, an empty string a quoted one. (So a
 * missing value of a table with a single column is an empty line, which some readers must be told not to skip.)
 */
export function csvFormat(columns: readonly CellColumn[]): CellFormat {
  return {
    start: () => csvLine(columns.map((column) => column.name)),
    *rows(rows) {
      let text = "";
      for (const row of rows) {
        text += csvLine(row);
        if (text.length >= CHUNK) {
          yield text;
          text = "";
        }
      }
      if (text !== "") yield text;
    },
    end: () => "",
    // A quote that is never closed.
    torn: () => '"',
  };
}

function csvLine(cells: Cells): string {
  let line = "";
  for (let i = 0; i < cells.length; i++) {
    if (i > 0) line += ",";
    const cell = cells[i];
    if (cell !== null) line += quoted(cell!);
  }
  return `${line}\r\n`;
}

const SPECIAL = /[",\r\n]/;

/** Blanks at either end are quoted too, since some readers trim. */
function quoted(cell: string): string {
  const plain = cell.charCodeAt(0) > 0x20 && cell.charCodeAt(cell.length - 1) > 0x20 && !SPECIAL.test(cell);
  return plain ? cell : `"${cell.replaceAll('"', '""')}"`;
}
