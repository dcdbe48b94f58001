import type { Data } from "apache-arrow";
import type { JsonValue } from "../engine/json.js";
import { ArrowType } from "./arrow-type.js";
import { type ColumnReader, structChildren } from "./column-reader.js";
import { utf8Reader } from "./utf8-reader.js";
import { type TextForms, textReader, timestampText } from "./value-text.js";

/** How values stand in `partitionValues`. PROTOCOL.md, "Partition Value Serialization". */
const FORMS: TextForms = {
  timestamp: (micros, utc) => {
    const { date, time, fraction } = timestampText(micros);
    return utc ? `${date}T${time}.${fraction}Z` : `${date} ${time}.${fraction}`;
  },
  text: (value) => value,
  float: (value) => String(value),
  date: (text) => text,
};

/** A reader that writes a `partitionValues_parsed` row as the map that `partitionValues` would hold. */
export function partitionText(data: Data): ColumnReader {
  const fields = [...structChildren(data)].map(([name, child]) => [name, reader(child)] as const);
  return (row) => {
    if (data.nullCount > 0 && !data.getValid(row)) return null;
    const values: Record<string, JsonValue> = {};
    for (const [name, read] of fields) values[name] = read(row) ?? null;
    return values;
  };
}

function reader(data: Data): (row: number) => string | undefined {
  if ((data.typeId as number) !== ArrowType.Binary) return textReader(data, FORMS);
  // As text stands for bytes in `partitionValues`: by its UTF-8.
  const read = utf8Reader(data);
  return (row) => (data.getValid(row) ? read(row) : undefined);
}
