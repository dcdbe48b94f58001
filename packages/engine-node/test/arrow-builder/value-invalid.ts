import { DeltaError } from "@asyncdelta/kernel-core";

const SHOWN = 80;

/** The error for a value that its column cannot hold. */
export function valueInvalid(column: string, value: unknown, wanted: string): DeltaError {
  return new DeltaError("VALUE_INVALID", `Column "${column}" holds ${wanted}, but was given ${show(value)}.`, {
    column,
  });
}

function show(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "an array" : "an object";
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
