import type { Data } from "apache-arrow";
import { ArrowType } from "../columnar/arrow-type.js";
import { structChildren } from "../columnar/column-reader.js";
import type { StatColumn } from "./stat-columns.js";
import type { StatSource } from "./stat-source.js";

/**
 * The numbers of a `stats_parsed` column, without making a text of them; `undefined` where a column of other values is asked
 * about.
 */
export function parsedStats(stats: Data, columns: readonly StatColumn[]): ParsedStats | undefined {
  const readers: (NumberReader | undefined)[] = [numbersAt(stats, ["numRecords"])];
  for (const { physicalPath, type } of columns) {
    if (type.kind !== "primitive" || !NUMBERS.includes(type.name)) return undefined;
    for (const side of ["minValues", "maxValues", "nullCount"]) readers.push(numbersAt(stats, [side, ...physicalPath]));
  }
  return readers.includes(undefined) ? undefined : new ParsedStats(readers as NumberReader[]);
}

/** Types whose values are numbers wherever they are parsed. */
const NUMBERS: readonly string[] = ["byte", "short", "integer", "long", "float", "double"];

/** The number of a row; `undefined` where there is none. */
type NumberReader = (row: number) => number | bigint | undefined;

/** Statistics of a row of numbers. */
export class ParsedStats implements StatSource {
  readonly #readers: readonly NumberReader[];
  row = 0;

  constructor(readers: readonly NumberReader[]) {
    this.#readers = readers;
  }

  number(place: number): number | bigint | undefined {
    return this.#readers[place]!(this.row);
  }

  text(): undefined {
    return undefined;
  }
}

/** What is not there has no value; what is there and no number cannot be read. */
function numbersAt(parent: Data, [name, ...rest]: readonly string[]): NumberReader | undefined {
  const child = structChildren(parent).get(name!);
  if (child === undefined) return () => undefined;
  if (rest.length > 0) {
    if ((child.typeId as number) !== ArrowType.Struct) return undefined;
    const below = numbersAt(child, rest);
    if (below === undefined || child.nullCount === 0) return below;
    return (row) => (child.getValid(row) ? below(row) : undefined);
  }
  if ((child.typeId as number) !== ArrowType.Int && (child.typeId as number) !== ArrowType.Float) return undefined;
  const { values } = child;
  if (child.nullCount === 0) return (row) => values[row];
  return (row) => (child.getValid(row) ? values[row] : undefined);
}
