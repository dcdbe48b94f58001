import { isUtf8 } from "node:buffer";
import { lineSlices } from "../line-slices.js";
import type { ColumnBuffers } from "./column-buffers.js";
import type { JsonShape } from "./json-shape.js";
import { LineFault, LineScanner, NEWLINE, OPEN_BRACE } from "./line-scanner.js";
import { makeJsonColumn } from "./make-json-column.js";
import { MemberReader } from "./member-reader.js";

/** Rows of some lines, as columns. */
export interface DecodedRows {
  readonly numRows: number;
  readonly columns: readonly ColumnBuffers[];
}

/** A line that cannot be understood; 1 is the first of these bytes. */
export interface BadLine {
  readonly line: number;
  readonly reason: string;
}

/** How the decoding of some bytes ended: how many lines they had, or which of them is bad. */
export type LinesEnd = { readonly lines: number } | BadLine;

/**
 * Decodes lines into columns of the given shapes, in batches of at most `batchRows`. The bytes end in a newline. A line
 * whose only key has no column is no row. A pure function, the same on every thread.
 */
export function* decodeLines(
  bytes: Uint8Array,
  shapes: readonly JsonShape[],
  batchRows: number,
): Generator<DecodedRows, LinesEnd, undefined> {
  if (!isUtf8(bytes)) return firstBadUtf8(bytes);
  const columns = shapes.map((shape) => makeJsonColumn(shape));
  const reader = new MemberReader(
    columns,
    shapes.map(({ name }) => name),
  );
  const scanner = new LineScanner(bytes);
  // Its search is ten times as fast as that of a typed array.
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let lines = 0;
  let numRows = 0;
  const flush = (): DecodedRows => {
    const rows = { numRows, columns: columns.map((column) => column.finish()) };
    numRows = 0;
    return rows;
  };

  for (let start = 0; start < bytes.length; start = scanner.lineEnd + 1) {
    scanner.lineEnd = buffer.indexOf(NEWLINE, start);
    scanner.at = start;
    lines++;
    try {
      if (readLine(scanner, reader)) numRows++;
    } catch (fault) {
      if (!(fault instanceof LineFault)) throw fault;
      return { line: lines, reason: fault.message };
    }
    if (numRows === batchRows) yield flush();
  }
  if (numRows > 0) yield flush();
  return { lines };
}

/** Whether the line became a row. */
function readLine(scanner: LineScanner, reader: MemberReader): boolean {
  const first = scanner.peek();
  if (first === NEWLINE) return false;
  if (first !== OPEN_BRACE) {
    scanner.skipValue();
    if (scanner.peek() !== NEWLINE) scanner.fail();
    throw new LineFault("a JSON value, but not an object.");
  }
  reader.read(scanner);
  if (scanner.peek() !== NEWLINE) scanner.fail();
  if (reader.members === 1 && reader.wanted === 0) return false;
  reader.fill();
  return true;
}

function firstBadUtf8(bytes: Uint8Array): BadLine {
  let line = 1;
  for (const one of lineSlices(bytes, 1)) {
    if (!isUtf8(one)) break;
    line++;
  }
  return { line, reason: "not UTF-8." };
}
