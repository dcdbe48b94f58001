import type { Data } from "apache-arrow";
import { type Comparable, compareValues } from "../predicate/comparable.js";
import type { ColumnBounds } from "./bounds.js";
import { parsedStats } from "./parsed-stats.js";
import type { StatColumn } from "./stat-columns.js";
import type { StatSource } from "./stat-source.js";
import { endsInHalf, mayBeCut, mayBeNaN, statNumber, statValue } from "./stat-value.js";
import { openStats, type StatsKernel } from "./stats-kernel.js";
import type { StatsScanner, Utf8Text, Wanted } from "./stats-scanner.js";

/** Reads what files' statistics say of some columns. PROTOCOL.md, "Per-file Statistics". */
export class FileStats {
  readonly #columns: readonly StatColumn[];
  readonly #trustFloats: boolean;
  readonly #scanner: StatsKernel | StatsScanner;

  /** With `trustFloats` no value is NaN unless the bounds say so. */
  constructor(columns: readonly StatColumn[], trustFloats: boolean) {
    this.#columns = columns;
    this.#trustFloats = trustFloats;
    const wanted = new Map<string, Wanted>([["numRecords", 0]]);
    columns.forEach(({ physicalPath }, index) => {
      for (const [at, side] of SIDES.entries()) want(wanted, [side, ...physicalPath], 1 + 3 * index + at);
    });
    this.#scanner = openStats(wanted, 1 + 3 * columns.length);
  }

  /** The bounds of each column, from statistics as JSON text; nothing is known where the text is no JSON. */
  bounds(stats: string | Utf8Text): readonly (ColumnBounds | undefined)[] {
    const text = typeof stats === "string" ? utf8(stats) : stats;
    return this.#scanner.scan(text) ? this.#boundsOf(this.#scanner) : this.#columns.map(() => undefined);
  }

  /** The same from `stats_parsed`; `undefined` where its values must be made a text first. */
  parsed(stats: Data): ((row: number) => readonly (ColumnBounds | undefined)[]) | undefined {
    const source = parsedStats(stats, this.#columns);
    if (source === undefined) return undefined;
    return (row) => {
      source.row = row;
      return this.#boundsOf(source);
    };
  }

  #boundsOf(source: StatSource): readonly ColumnBounds[] {
    const records = count(source, 0);
    const bounds = new Array<ColumnBounds>(this.#columns.length);
    for (let index = 0; index < bounds.length; index++) {
      bounds[index] = this.#columnBounds(source, this.#columns[index]!, 1 + 3 * index, records);
    }
    return bounds;
  }

  /**
   * Bounds are trusted, tight or wide, and of the counts of nulls only none and all, which hold for wide bounds too: rows
   * that a deletion vector marks are still counted.
   */
  #columnBounds(source: StatSource, column: StatColumn, place: number, records: number | undefined): ColumnBounds {
    const nullCount = count(source, place + 2);
    // Of lists and maps some writers count the nulls among the elements.
    const counted = column.type.kind === "primitive" || column.type.kind === "decimal";
    const plausible = counted && nullCount !== undefined && (records === undefined || nullCount <= records);
    const rest = {
      mayBeNull: column.inNullable || !plausible || nullCount > 0,
      mayHaveValues: !(plausible && nullCount === records),
      mayBeNaN: !this.#trustFloats && mayBeNaN(column.type),
    };
    const min = side(source, column, "min", place);
    const max = side(source, column, "max", place + 1);
    if (min !== undefined && max !== undefined && compareValues(min, max) > 0) return rest;
    if (typeof max !== "string") return { min, max, ...rest };
    return endsInHalf(max) ? { min, ...rest } : { min, max, maxIsPrefix: mayBeCut(max), ...rest };
  }
}

function side(source: StatSource, column: StatColumn, side: "min" | "max", place: number): Comparable | undefined {
  const number = source.number(place);
  const known = number === undefined ? undefined : statNumber(column, side, number);
  if (known !== undefined) return known;
  const stat = source.text(place);
  return stat === undefined ? undefined : statValue(column, side, stat);
}

function count(source: StatSource, place: number): number | undefined {
  const number = source.number(place);
  if (number !== undefined) return isCount(Number(number)) ? Number(number) : undefined;
  const stat = source.text(place);
  if (stat === undefined || stat.quoted) return undefined;
  const value = Number(stat.text);
  return isCount(value) ? value : undefined;
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
