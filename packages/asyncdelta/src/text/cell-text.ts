import type { DataType } from "@asyncdelta/kernel-core";
import type { Value } from "../rows/value.js";
import { floatText } from "./float-text.js";
import { base64, jsonWriter } from "./json-text.js";

/** Writes a value as the text of one cell; null stays null. */
export type CellWriter = (value: Value) => string | null;

/** A function that writes values of a type for CSV and tables: as in JSON, but plain text without quotes or escapes. */
export function cellWriter(type: DataType): CellWriter {
  const write = plainWriter(type);
  return (value) => (value === null ? null : write(value));
}

function plainWriter(type: DataType): (value: Value) => string {
  if (type.kind !== "primitive") return type.kind === "decimal" ? String : jsonWriter(type);
  switch (type.name) {
    case "float":
    case "double":
      return floatText(type.name) as (value: Value) => string;
    case "binary":
      return (value) => base64(value as Uint8Array);
    default:
      return String;
  }
}

/** Whether values of the type are dates or times, which mean something else when they are cut. */
export function isTime(type: DataType): boolean {
  return type.kind === "primitive" && ["date", "timestamp", "timestamp_ntz"].includes(type.name);
}

/** Whether values of the type are numbers, which a table aligns to the right. */
export function isNumeric(type: DataType): boolean {
  if (type.kind !== "primitive") return type.kind === "decimal";
  return ["byte", "short", "integer", "long", "float", "double"].includes(type.name);
}
