import { type Comparable, compareValues } from "../predicate/comparable.js";
import type { ColumnBounds } from "./bounds.js";
import type { StatColumn } from "./stat-columns.js";
import { endsInHalf, mayBeCut, mayBeNaN, statNumber, statValue } from "./stat-value.js";
import { StatsScanner, type Utf8Text, type Wanted } from "./stats-scanner.js";

/** Reads what files' statistics say of some columns. PROTOCOL.md, "Per-file Statistics". */
export class FileStats {
  readonly #columns: readonly StatColumn[];
  readonly #trustFloats: boolean;
  readonly #scanner: StatsScanner;

  /** With `trustFloats` no value is NaN unless the bounds say so. */
  constructor(columns: readonly StatColumn[], trustFloats: boolean) {
    this.#columns = columns;
    this.#trustFloats = trustFloats;
    const wanted = new Map<string, Wanted>([["numRecords", 0]]);
    columns.forEach(({ physicalPath }, index) => {
      for (const [at, side] of SIDES.entries()) want(wanted, [side, ...physicalPath], 1 + 3 * index + at);
    });
    this.#scanner = new StatsScanner(wanted, 1 + 3 * columns.length);
  }

  /** The bounds of each column, from statistics as JSON text; nothing is known where the text is no JSON. */
  bounds(stats: string | Utf8Text): readonly (ColumnBounds | undefined)[] {
    const text = typeof stats === "string" ? utf8(stats) : stats;
    if (!this.#scanner.scan(text)) return this.#columns.map(() => undefined);
    const records = this.#count(0);
    const bounds = new Array<ColumnBounds>(this.#columns.length);
    for (const [index, column] of this.#columns.entries()) bounds[index] = this.#columnBounds(column, index, records);
    return bounds;
  }

  /**
   * Bounds are trusted, tight or wide, and of the counts of nulls only none and all, which hold for wide bounds too: rows
   * that a deletion vector marks are still counted.
   */
  #columnBounds(column: StatColumn, index: number, records: number | undefined): ColumnBounds {
    const place = 1 + 3 * index;
    const nullCount = this.#count(place + 2);
    // Of lists and maps some writers count the nulls among the elements.
    const counted = column.type.kind === "primitive" || column.type.kind === "decimal";
    const plausible = counted && nullCount !== undefined && (records === undefined || nullCount <= records);
    const rest = {
      mayBeNull: column.inNullable || !plausible || nullCount > 0,
      mayHaveValues: !(plausible && nullCount === records),
      mayBeNaN: !this.#trustFloats && mayBeNaN(column.type),
    };
    const min = this.#side(column, "min", place);
    const max = this.#side(column, "max", place + 1);
    if (min !== undefined && max !== undefined && compareValues(min, max) > 0) return rest;
    if (typeof max !== "string") return { min, max, ...rest };
    return endsInHalf(max) ? { min, ...rest } : { min, max, maxIsPrefix: mayBeCut(max), ...rest };
  }

  #side(column: StatColumn, side: "min" | "max", place: number): Comparable | undefined {
    const number = this.#scanner.number(place);
    const known = number === undefined ? undefined : statNumber(column, side, number);
    if (known !== undefined) return known;
    const stat = this.#scanner.text(place);
    return stat === undefined ? undefined : statValue(column, side, stat);
  }

  #count(place: number): number | undefined {
    const number = this.#scanner.number(place);
    if (number !== undefined) return isCount(number) ? number : undefined;
    const stat = this.#scanner.text(place);
    if (stat === undefined || stat.quoted) return undefined;
    const value = Number(stat.text);
    return isCount(value) ? value : undefined;
  }
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

const encoder = new TextEncoder();

function utf8(text: string): Utf8Text {
  const bytes = encoder.encode(text);
  return { bytes, start: 0, end: bytes.length };
}

const SIDES = ["minValues", "maxValues", "nullCount"] as const;

function want(wanted: Map<string, Wanted>, path: readonly string[], place: number): void {
  const [name, ...rest] = path;
  if (rest.length === 0) {
    wanted.set(name!, place);
    return;
  }
  let inner = wanted.get(name!);
  if (!(inner instanceof Map)) {
    inner = new Map<string, Wanted>();
    wanted.set(name!, inner);
  }
  want(inner as Map<string, Wanted>, rest, place);
}
