import { isUtf8 } from "node:buffer";
import type { ColumnBuffers } from "../decode/column-buffers.js";
import type { DecodedRows, DecoderOptions, RowChoice } from "../decode/decoded-rows.js";
import { absentTexts, replaceColumn } from "../decode/deferred-column.js";
import { COLUMN_BYTES, KIND } from "./column-fields.js";
import { type PlannedColumn, planColumns } from "./column-plan.js";
import { type LinesInstance, linesInstance } from "./lines-instance.js";
import { type Places, placeColumns } from "./place-columns.js";
import { takeColumns } from "./take-columns.js";

/** Memory never shrinks. */
const MOST_BYTES = 32 * 1024 * 1024;
/** What goes wrong so often will do so again. */
const MOST_TRAPS = 3;
/** Columns are placed anew for more bytes than before, so these are rounded up. */
const BYTES_STEP = 256 * 1024;
/** `{}` and a newline. */
const LEAST_ROW = 3;

/** How far lines were decoded. */
export interface DecodedLines {
  readonly batches: readonly DecodedRows[];
  /** Bytes and lines that have become batches, or no rows at all. */
  readonly bytes: number;
  readonly lines: number;
}

const NOTHING: DecodedLines = { batches: [], bytes: 0, lines: 0 };

/**
 * Decodes lines in WebAssembly, as far as they hold nothing that the module leaves to others: all that is wrong with them, and
 * some of what is rare.
 */
export class WasmDecoder {
  /** The root first. */
  readonly #columns: readonly PlannedColumn[] | undefined;
  readonly #batchRows: number;
  readonly #choose: RowChoice;
  #places: Places | undefined;
  /** Of how many bytes the columns have room. */
  #placedBytes = 0;
  #traps = 0;

  constructor({ shapes, batchRows, choose }: DecoderOptions) {
    this.#columns = planColumns(shapes);
    this.#batchRows = batchRows;
    this.#choose = choose;
  }

  /** Decodes lines from the first on; each part ends in a newline. */
  decode(parts: readonly Uint8Array[]): DecodedLines {
    const bytes = parts.reduce((sum, { length }) => sum + length, 0);
    if (this.#columns === undefined || this.#traps >= MOST_TRAPS || bytes > MOST_BYTES) return NOTHING;
    const instance = linesInstance(bytes);
    if (instance === undefined || !parts.every((part) => isUtf8(part))) return NOTHING;
    const places = this.#place(instance, bytes);
    if (places === undefined) return NOTHING;
    let at = places.input;
    for (const part of parts) {
      instance.bytes.set(part, at);
      at += part.length;
    }
    return this.#read(instance, places, at);
  }

  #place(instance: LinesInstance, bytes: number): Places | undefined {
    if (instance.owner === this && bytes <= this.#placedBytes) return this.#places;
    this.#placedBytes = Math.ceil(Math.max(bytes, this.#placedBytes) / BYTES_STEP) * BYTES_STEP;
    const rows = Math.min(this.#batchRows, Math.floor(this.#placedBytes / LEAST_ROW));
    this.#places = placeColumns(instance, this.#columns!, { bytes: this.#placedBytes, rows });
    instance.owner = this;
    return this.#places;
  }

  #read(instance: LinesInstance, { table, input }: Places, end: number): DecodedLines {
    const { exports } = instance;
    const [root, ...others] = this.#columns!;
    const batches: DecodedRows[] = [];
    let at = input;
    let lines = 0;
    while (at < end) {
      exports.clear(table);
      for (const { resolved } of others) if (resolved !== undefined) exports.clear(addressOf(table, resolved));
      let next: number;
      try {
        next = exports.readLines(table, at, end, this.#batchRows);
      } catch {
        // It has met something that is not its affair.
        this.#traps++;
        break;
      }
      at = next;
      lines += exports.lines.value;
      const numRows = exports.rows.value;
      if (numRows > 0) batches.push(this.#take(instance, table, root!.children, numRows));
    }
    return { batches, bytes: at - input, lines };
  }

  #take(instance: LinesInstance, table: number, children: readonly PlannedColumn[], numRows: number): DecodedRows {
    const { exports } = instance;
    const deferred = this.#columns!.filter(({ kind }) => kind === KIND.deferred);
    const standIns = new Map(deferred.map((column) => [column, absentTexts(numRows)]));
    const taking = { instance, table, standIns };
    for (const child of children) exports.finish(addressOf(table, child), numRows);
    let columns: readonly ColumnBuffers[] = takeColumns(taking, children, numRows);
    if (deferred.length === 0) return { numRows, columns };
    const rows = this.#choose({ numRows, columns }) ?? Int32Array.of(0, numRows);
    for (const [column, standIn] of standIns) {
      const [from, into] = [addressOf(table, column), addressOf(table, column.resolved!)];
      for (let pair = 0; pair < rows.length; pair += 2) exports.readDeferred(from, into, rows[pair]!, rows[pair + 1]!);
      exports.finish(into, numRows);
      const [texts] = takeColumns(taking, [column.resolved!], numRows);
      columns = replaceColumn(columns, standIn, texts!);
    }
    return { numRows, columns };
  }
}

function addressOf(table: number, { index }: PlannedColumn): number {
  return table + index * COLUMN_BYTES;
}
