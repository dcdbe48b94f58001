import type { Data } from "apache-arrow";
import type { Utf8Text } from "../skipping/stats-scanner.js";
import { type ColumnReader, columnReader } from "./column-reader.js";
import { KnownTexts } from "./known-texts.js";
import { MapValues } from "./map-values.js";
import { type NumberedRows, numberRows } from "./numbered-rows.js";
import { partitionText } from "./partition-text.js";
import { statsText } from "./stats-text.js";

/** What file actions in columns say of the files' contents: the part of them that a filter looks at. */
export class FileValues {
  readonly #children: ReadonlyMap<string, Data>;
  readonly #texts: KnownTexts | undefined;
  readonly #partitions = new Map<string, (row: number) => string | null | undefined>();
  #map: MapValues | undefined;
  /** Whether of rows with the same values one alone is looked at. */
  #isNumbered = false;
  #fields: ReadonlyMap<string, ColumnReader> | undefined;

  /** `children` are the fields of the action, by name; `texts` are those that other batches may have had. */
  constructor(children: ReadonlyMap<string, Data>, texts?: KnownTexts) {
    this.#children = children;
    this.#texts = texts;
  }

  /** How each field is read that has a value. What a checkpoint has parsed is read as the text that it was parsed from. */
  get fields(): ReadonlyMap<string, ColumnReader> {
    this.#fields ??= this.#readers();
    return this.#fields;
  }

  #readers(): ReadonlyMap<string, ColumnReader> {
    const readers = new Map<string, ColumnReader>();
    for (const [name, data] of this.#children) {
      if (name.endsWith("_parsed")) continue;
      if (data.nullCount < data.length) readers.set(name, columnReader(data));
    }
    const statsParsed = this.#children.get("stats_parsed");
    if (statsParsed !== undefined) readers.set("stats", either(readers.get("stats"), statsText(statsParsed)));
    const valuesParsed = this.#children.get("partitionValues_parsed");
    if (valuesParsed !== undefined) {
      readers.set("partitionValues", either(readers.get("partitionValues"), partitionText(valuesParsed)));
    }
    return readers;
  }

  /** Reads the text of one partition value of rows, by its physical name. */
  partitionReader(name: string): (row: number) => string | null | undefined {
    let read = this.#partitions.get(name);
    if (read === undefined) {
      read = this.#openPartition(name);
      this.#partitions.set(name, read);
    }
    return read;
  }

  #openPartition(name: string): (row: number) => string | null | undefined {
    const values = this.#children.get("partitionValues");
    if (values !== undefined && !this.#children.has("partitionValues_parsed")) {
      this.#map ??= new MapValues(values, this.#texts ?? new KnownTexts());
      return this.#map.reader(name, this.#isNumbered);
    }
    const read = this.fields.get("partitionValues");
    return (row) => (read?.(row) as Record<string, string | null> | null | undefined)?.[name];
  }

  /** Rows numbered by partition values of some physical names; nothing where each must be looked at by itself. */
  numbered(names: readonly string[]): NumberedRows | undefined {
    const values = this.#children.get("partitionValues");
    if (values === undefined || this.#children.has("partitionValues_parsed")) return undefined;
    const numbered = numberRows(values, names);
    this.#isNumbered = numbered !== undefined;
    return numbered;
  }

  /** The statistics of a row as JSON text. */
  stats(row: number): string | undefined {
    const stats = this.utf8Stats(row);
    // One by one: of these texts, the longest part of a log, only few may be asked for.
    return typeof stats === "object" ? decoder.decode(stats.bytes.subarray(stats.start, stats.end)) : stats;
  }

  /** The same, and where they are text as it lies there. */
  utf8Stats(row: number): string | Utf8Text | undefined {
    const text = this.#children.get("stats");
    if (text?.getValid(row)) {
      const offsets: Int32Array = text.valueOffsets;
      return { bytes: text.values, start: offsets[row]!, end: offsets[row + 1]! };
    }
    return (this.fields.get("stats")?.(row) as string | null | undefined) ?? undefined;
  }
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

function either(first: ColumnReader | undefined, second: ColumnReader): ColumnReader {
  return first === undefined ? second : (row) => first(row) ?? second(row);
}
