import type { Data } from "apache-arrow";
import { ArrowType } from "./arrow-type.js";
import { type ColumnReader, structChildren } from "./column-reader.js";
import { type TextForms, textReader, timestampText } from "./value-text.js";

/** How values stand in statistics. PROTOCOL.md, "Per-file Statistics". */
const FORMS: TextForms = {
  timestamp: (micros, utc) => {
    const { date, time, fraction } = timestampText(micros);
    const digits = fraction.endsWith("000") ? fraction.slice(0, 3) : fraction;
    return `"${date}T${time}.${digits}${utc ? "Z" : ""}"`;
  },
  text: (value) => JSON.stringify(value),
  float: (value) => (Number.isFinite(value) ? String(value) : `"${value}"`),
  date: (text) => `"${text}"`,
};

/**
 * A reader that writes a `stats_parsed` row as the JSON text that `stats` would hold: numbers exact, nulls left out.
 * A row that is null gives null.
 */
export function statsText(data: Data): ColumnReader {
  const write = writer(data);
  return (row) => write(row) ?? null;
}

function writer(data: Data): (row: number) => string | undefined {
  if ((data.typeId as number) !== ArrowType.Struct) return textReader(data, FORMS);
  const fields = [...structChildren(data)].map(([name, child]) => [JSON.stringify(name), writer(child)] as const);
  return (row) => {
    if (data.nullCount > 0 && !data.getValid(row)) return undefined;
    let text = "";
    for (const [name, write] of fields) {
      const value = write(row);
      if (value !== undefined) text += `${text === "" ? "" : ","}${name}:${value}`;
    }
    return `{${text}}`;
  };
}
