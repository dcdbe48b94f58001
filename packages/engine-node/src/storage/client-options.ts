import { DeltaError } from "@asyncdelta/kernel-core";
import type { HttpClientOptions } from "../http/http-options.js";

/** Options of the HTTP client that may stand among those of a storage, whichever store it is. */
const NAMES = [
  "bytesInFlight",
  "connections",
  "connectMs",
  "firstByteMs",
  "idleMs",
  "callMs",
  "retries",
  "backoffMs",
  "longestBackoffMs",
  "hedge",
  "proxy",
  "ca",
  "rejectUnauthorized",
  "userAgent",
] as const satisfies readonly (keyof HttpClientOptions)[];

const TEXTS: ReadonlySet<string> = new Set(["proxy", "ca", "userAgent"]);

export interface SplitOptions {
  readonly client: HttpClientOptions;
  /** What is left, for the store. */
  readonly store: Readonly<Record<string, unknown>>;
}

/**
 * Tells the options of the client from those of the store. Values may be texts, as the command has them.
 *
 * @throws DeltaError `INVALID_ARGUMENT`
 */
export function splitOptions(options: Readonly<Record<string, unknown>>): SplitOptions {
  const client: Record<string, unknown> = {};
  const store: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    if ((NAMES as readonly string[]).includes(name)) client[name] = clientValue(name, value);
    else store[name] = value;
  }
  return { client: client as HttpClientOptions, store };
}

function clientValue(name: string, value: unknown): unknown {
  if (TEXTS.has(name)) {
    if (typeof value === "string" || (name === "ca" && Array.isArray(value))) return value;
    throw new DeltaError("INVALID_ARGUMENT", `The storage option ${name} must be a text.`);
  }
  if (name === "hedge" || name === "rejectUnauthorized") return flagOf(name, value);
  // Whether the number is one that makes sense is the client's business.
  return typeof value === "string" && value.trim() !== "" ? Number(value) : value;
}

function flagOf(name: string, value: unknown): unknown {
  if (typeof value === "boolean") return value;
  if (value === "true" || value === "false") return value === "true";
  if (name === "hedge" && typeof value === "object" && value !== null) return value;
  throw new DeltaError("INVALID_ARGUMENT", `The storage option ${name} must be true or false.`);
}
