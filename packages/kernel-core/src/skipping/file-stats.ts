import { compareValues } from "../predicate/comparable.js";
import type { ColumnBounds } from "./bounds.js";
import type { StatColumn } from "./stat-columns.js";
import { endsInHalf, mayBeCut, mayBeNaN, statValue } from "./stat-value.js";
import { StatsScanner, type StatText, type Wanted } from "./stats-scanner.js";

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
  bounds(stats: string): readonly (ColumnBounds | undefined)[] {
    const texts = this.#scanner.scan(stats);
    if (texts === undefined) return this.#columns.map(() => undefined);
    const records = count(texts[0]);
    return this.#columns.map((column, index) => {
      const at = 1 + 3 * index;
      const bounds = columnBounds(column, {
        min: texts[at],
        max: texts[at + 1],
        nullCount: count(texts[at + 2]),
        records,
      });
      return this.#trustFloats ? { ...bounds, mayBeNaN: false } : bounds;
    });
  }
}

const SIDES = ["minValues", "maxValues", "nullCount"] as const;

interface Stats {
  readonly min: StatText | undefined;
  readonly max: StatText | undefined;
  readonly nullCount: number | undefined;
  readonly records: number | undefined;
}

/**
 * Bounds are trusted, tight or wide, and of the counts of nulls only none and all, which hold for wide bounds too: rows
 * that a deletion vector marks are still counted.
 */
function columnBounds(column: StatColumn, stats: Stats): ColumnBounds {
  const { nullCount, records } = stats;
  // Of lists and maps some writers count the nulls among the elements.
  const counted = column.type.kind === "primitive" || column.type.kind === "decimal";
  const plausible = counted && nullCount !== undefined && (records === undefined || nullCount <= records);
  const allNull = plausible && nullCount === records;
  const mayBeNull = column.inNullable || !plausible || nullCount > 0;
  const rest = { mayBeNull, mayHaveValues: !allNull, mayBeNaN: mayBeNaN(column.type) };
  const min = stats.min === undefined ? undefined : statValue(column, "min", stats.min);
  const max = stats.max === undefined ? undefined : statValue(column, "max", stats.max);
  if (min !== undefined && max !== undefined && compareValues(min, max) > 0) return rest;
  if (typeof max === "string" && endsInHalf(max)) return { ...rest, min };
  return { ...rest, min, max, maxIsPrefix: typeof max === "string" && mayBeCut(max) };
}

function count(stat: StatText | undefined): number | undefined {
  if (stat === undefined || stat.quoted) return undefined;
  const value = Number(stat.text);
  return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

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
