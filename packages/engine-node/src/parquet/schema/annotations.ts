import type { SchemaElement } from "hyparquet";

/** Precision and scale, if the element is annotated as a decimal. */
export function decimalOf(element: SchemaElement): { precision: number; scale: number } | undefined {
  const { logical_type: logical } = element;
  if (logical?.type === "DECIMAL") return { precision: logical.precision ?? 0, scale: logical.scale ?? 0 };
  if (element.converted_type !== "DECIMAL") return undefined;
  return { precision: element.precision ?? 0, scale: element.scale ?? 0 };
}

export interface TimestampFacts {
  readonly unit: "MILLIS" | "MICROS" | "NANOS";
  readonly isAdjustedToUTC: boolean;
}

/** Unit and time zone, if the element is annotated as a timestamp. */
export function timestampOf(element: SchemaElement): TimestampFacts | undefined {
  const { logical_type: logical } = element;
  if (logical?.type === "TIMESTAMP") return { unit: logical.unit, isAdjustedToUTC: logical.isAdjustedToUTC };
  if (element.converted_type === "TIMESTAMP_MILLIS") return { unit: "MILLIS", isAdjustedToUTC: true };
  if (element.converted_type === "TIMESTAMP_MICROS") return { unit: "MICROS", isAdjustedToUTC: true };
  return undefined;
}
