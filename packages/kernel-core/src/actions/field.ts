import type { JsonObject, JsonValue } from "../engine/json.js";
import { DeltaError } from "../errors.js";

/** Where an action stands: named in errors. */
export interface ActionSource {
  /** URL of the log file. */
  readonly path: string;
  readonly version: number;
}

function invalid(key: string, wanted: string, value: JsonValue | undefined, at: ActionSource): never {
  const found =
    value === undefined || value === null ? "nothing" : typeof value === "object" ? "an object" : `${value}`;
  throw new DeltaError(
    "LOG_CORRUPT",
    `Version ${at.version}: ${key} must be ${wanted}, found ${found}. The log file is damaged or was not written by a Delta writer.`,
    at,
  );
}

export function optionalText(object: JsonObject, key: string, at: ActionSource): string | undefined {
  const value = object[key];
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : invalid(key, "text", value, at);
}

export function text(object: JsonObject, key: string, at: ActionSource): string {
  return optionalText(object, key, at) ?? invalid(key, "text", undefined, at);
}

/** A long that fits a JavaScript integer: a count of bytes or milliseconds, a version. */
export function optionalInteger(object: JsonObject, key: string, at: ActionSource): number | undefined {
  const value = object[key];
  if (value === undefined || value === null) return undefined;
  const number = typeof value === "bigint" ? Number(value) : value;
  return Number.isSafeInteger(number) ? (number as number) : invalid(key, "an integer within ±2^53", value, at);
}

export function integer(object: JsonObject, key: string, at: ActionSource): number {
  return optionalInteger(object, key, at) ?? invalid(key, "an integer", undefined, at);
}

/** The size of a file, in bytes. */
export function size(object: JsonObject, key: string, at: ActionSource): number {
  const bytes = integer(object, key, at);
  return bytes >= 0 ? bytes : invalid(key, "a number of bytes", bytes, at);
}

export function optionalLong(object: JsonObject, key: string, at: ActionSource): bigint | undefined {
  const value = object[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "bigint" && BigInt.asIntN(64, value) === value) return value;
  return Number.isSafeInteger(value) ? BigInt(value as number) : invalid(key, "a 64-bit integer", value, at);
}

export function long(object: JsonObject, key: string, at: ActionSource): bigint {
  return optionalLong(object, key, at) ?? invalid(key, "a 64-bit integer", undefined, at);
}

export function optionalBoolean(object: JsonObject, key: string, at: ActionSource): boolean | undefined {
  const value = object[key];
  if (value === undefined || value === null) return undefined;
  return typeof value === "boolean" ? value : invalid(key, "true or false", value, at);
}

export function optionalObject(object: JsonObject, key: string, at: ActionSource): JsonObject | undefined {
  const value = object[key];
  if (value === undefined || value === null) return undefined;
  return typeof value === "object" && !Array.isArray(value)
    ? (value as JsonObject)
    : invalid(key, "an object", value, at);
}

/** A map from text to text or null, such as partition values. */
export function optionalTextMap(
  object: JsonObject,
  key: string,
  at: ActionSource,
): Record<string, string | null> | undefined {
  const map = optionalObject(object, key, at);
  if (map === undefined) return undefined;
  for (const name in map) {
    const value = map[name];
    if (typeof value !== "string" && value !== null) invalid(`${key}.${name}`, "text or null", value, at);
  }
  return map as Record<string, string | null>;
}

export function textMap(object: JsonObject, key: string, at: ActionSource): Record<string, string | null> {
  return optionalTextMap(object, key, at) ?? invalid(key, "an object", undefined, at);
}

export function optionalTextList(object: JsonObject, key: string, at: ActionSource): string[] | undefined {
  const value = object[key];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) return invalid(key, "a list", value as JsonValue, at);
  for (const item of value) if (typeof item !== "string") invalid(key, "a list of text", item, at);
  return value as string[];
}
