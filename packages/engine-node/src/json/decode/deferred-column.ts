import { grow } from "../../arrow/grow.js";
import type { ColumnBuffers } from "./column-buffers.js";
import { JsonColumn } from "./json-column.js";
import type { JsonShape } from "./json-shape.js";
import { type LineScanner, QUOTE } from "./line-scanner.js";
import { Utf8Column } from "./utf8-column.js";

/** Rows in ascending ranges: pairs of a first one and the one after the last. */
type Ranges = Int32Array;

/**
 * Utf8 whose values are only wanted of some rows, which are known when the other columns have been read: until then it notes
 * where they stand.
 */
export class DeferredColumn extends JsonColumn {
  readonly #values: Utf8Column;
  /** For each value where it starts in the bytes of its scanner, -1 for a null. */
  #starts: Int32Array = new Int32Array(0);
  /** The scanners, and the first value of each. */
  #scanners: { readonly scanner: LineScanner; readonly first: number }[] = [];
  #count = 0;
  #standIn: ColumnBuffers | undefined;

  constructor(shape: JsonShape, parent: string) {
    super(shape, parent);
    this.#values = new Utf8Column({ ...shape, nullable: true }, parent);
  }

  override get deferred(): readonly DeferredColumn[] {
    return [this];
  }

  protected readValue(scanner: LineScanner): void {
    if (scanner.bytes[scanner.at] !== QUOTE) this.mismatch("text");
    if (this.#scanners.at(-1)?.scanner !== scanner) this.#scanners.push({ scanner, first: this.length });
    this.#note(this.length, scanner.at);
    scanner.skipString();
  }

  override appendNull(): void {
    this.#note(this.length, -1);
    super.appendNull();
  }

  #note(value: number, start: number): void {
    this.#starts = grow(this.#starts, value + 1);
    this.#starts[value] = start;
  }

  /** Nulls that stand for the values. */
  finish(): ColumnBuffers {
    this.#count = this.length;
    this.validity.finish();
    this.#standIn = absentTexts(this.#count);
    return this.#standIn;
  }

  /** Puts the values of `rows` into columns that have been finished, in the place of what stands for them. */
  resolve(columns: readonly ColumnBuffers[], rows: Ranges): readonly ColumnBuffers[] {
    const resolved = replaceColumn(columns, this.#standIn!, this.#read(rows));
    this.#scanners = [];
    this.#standIn = undefined;
    return resolved;
  }

  #read(rows: Ranges): ColumnBuffers {
    const values = this.#values;
    let row = 0;
    let scanner = 0;
    for (let pair = 0; pair < rows.length; pair += 2) {
      for (; row < rows[pair]!; row++) values.appendNull();
      for (; row < rows[pair + 1]!; row++) {
        const start = this.#starts[row]!;
        if (start < 0) {
          values.appendNull();
          continue;
        }
        while ((this.#scanners[scanner + 1]?.first ?? Number.POSITIVE_INFINITY) <= row) scanner++;
        const { scanner: of } = this.#scanners[scanner]!;
        of.startLine(start);
        values.read(of);
      }
    }
    for (; row < this.#count; row++) values.appendNull();
    return values.finish();
  }
}

/** Texts none of which is there. */
export function absentTexts(length: number): ColumnBuffers {
  const nullBitmap = new Uint8Array((length + 7) >> 3);
  return { length, nullCount: length, nullBitmap, offsets: new Int32Array(length + 1), values: new Uint8Array(0) };
}

/** Puts `values` into the place of the column `standIn`, wherever that is. */
export function replaceColumn(
  columns: readonly ColumnBuffers[],
  standIn: ColumnBuffers,
  values: ColumnBuffers,
): readonly ColumnBuffers[] {
  return columns.map((column) => {
    if (column === standIn) return values;
    return column.children === undefined
      ? column
      : { ...column, children: replaceColumn(column.children, standIn, values) };
  });
}
