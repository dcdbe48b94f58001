import { isUtf8 } from "node:buffer";
import { lineSlices } from "../line-slices.js";
import type { ColumnBuffers } from "./column-buffers.js";
import type { DecodedRows, DecoderOptions, LinesEnd, RowChoice } from "./decoded-rows.js";
import type { JsonColumn } from "./json-column.js";
import type { JsonShape } from "./json-shape.js";
import { LineFault, LineScanner, NEWLINE, OPEN_BRACE } from "./line-scanner.js";
import { makeJsonColumn } from "./make-json-column.js";
import { MemberReader } from "./member-reader.js";

/**
 * Decodes lines in JavaScript, whatever they hold: it says what is wrong with a line. Used again, it need not grow its memory
 * again.
 */
export class ScriptDecoder {
  readonly #shapes: readonly JsonShape[];
  readonly #batchRows: number;
  readonly #choose: RowChoice;
  #columns: readonly JsonColumn[] = [];
  #reader: MemberReader | undefined;

  constructor({ shapes, batchRows, choose }: DecoderOptions) {
    this.#shapes = shapes;
    this.#batchRows = batchRows;
    this.#choose = choose;
  }

  /** Decodes lines; each part ends in a newline. A line whose only key has no column is no row. */
  *decode(parts: readonly Uint8Array[]): Generator<DecodedRows, LinesEnd, undefined> {
    const reader = this.#start();
    let lines = 0;
    let numRows = 0;
    for (const bytes of parts) {
      const scanner = new LineScanner(bytes);
      const badLine = isUtf8(bytes) ? 0 : lines + firstBadLine(bytes);
      for (let start = 0; start < bytes.length; ) {
        lines++;
        scanner.startLine(start);
        // Deferred values that a batch reads at its end move the scanner.
        start = scanner.lineEnd + 1;
        try {
          if (lines === badLine) throw new LineFault("not UTF-8.");
          if (readLine(scanner, reader)) numRows++;
        } catch (fault) {
          // Some columns may have more values than others now.
          this.#reader = undefined;
          if (!(fault instanceof LineFault)) throw fault;
          return { line: lines, reason: fault.message };
        }
        if (numRows === this.#batchRows) {
          yield this.#finish(numRows);
          numRows = 0;
        }
      }
    }
    if (numRows > 0) yield this.#finish(numRows);
    return { lines };
  }

  #start(): MemberReader {
    if (this.#reader === undefined) {
      this.#columns = this.#shapes.map((shape) => makeJsonColumn(shape));
      const names = this.#shapes.map(({ name }) => name);
      this.#reader = new MemberReader(this.#columns, names);
    }
    return this.#reader;
  }

  #finish(numRows: number): DecodedRows {
    let columns: readonly ColumnBuffers[] = this.#columns.map((column) => column.finish());
    const deferred = this.#columns.flatMap((column) => column.deferred);
    if (deferred.length > 0) {
      const rows = this.#choose({ numRows, columns }) ?? Int32Array.of(0, numRows);
      for (const column of deferred) columns = column.resolve(columns, rows);
    }
    return { numRows, columns };
  }
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

/** The number of the first line that is not UTF-8. */
function firstBadLine(bytes: Uint8Array): number {
  let line = 1;
  for (const one of lineSlices(bytes, 1)) {
    if (!isUtf8(one)) break;
    line++;
  }
  return line;
}
