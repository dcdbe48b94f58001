import { DeltaError } from "@asyncdelta/kernel-core";
import { checkOptionNames } from "../storage/option-names.js";

/** How objects behind plain HTTP(S) are asked for. */
export interface HttpStoreOptions {
  /** Query that every URL gets, without `?`: a signature that holds for the whole table. */
  readonly query?: string | undefined;
  /** Headers that every request gets. They may hold secrets, and go to the server of the table alone. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Sent as `Authorization: Bearer …`: a text, or a function that gets it, called again when a server refuses it (401). */
  readonly bearerToken?: string | (() => string | Promise<string>) | undefined;
  /**
   * Statuses by which the server says that there is no such object. Default: 404 and 410. Some say 403 where they do not
   * let anyone list; then a lack of permission looks like absence.
   */
  readonly absentStatuses?: readonly number[] | undefined;
}

export interface HttpStoreSettings {
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bearerToken: string | (() => string | Promise<string>) | undefined;
  readonly absent: ReadonlySet<number>;
}

const NAMES: readonly (keyof HttpStoreOptions)[] = ["query", "headers", "bearerToken", "absentStatuses"];

/**
 * Checks options and puts the defaults in their places. Texts are taken as the command has them: `absentStatuses` as
 * `404,403`, a header as `headers.NAME`.
 *
 * @throws DeltaError `INVALID_ARGUMENT`, without the value, which may be a secret
 */
export function httpStoreSettings(options: Readonly<Record<string, unknown>>): HttpStoreSettings {
  const headers: Record<string, string> = {};
  const rest: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    const header = /^headers\.(.+)$/.exec(name)?.[1];
    if (header !== undefined) headers[header.toLowerCase()] = textOf(name, value);
    else if (value !== undefined) rest[name] = value;
  }
  checkOptionNames("HTTP", rest, NAMES);
  for (const [name, value] of Object.entries(recordOf(rest.headers))) {
    headers[name.toLowerCase()] = textOf(`headers.${name}`, value);
  }
  const { bearerToken } = rest;
  if (typeof bearerToken !== "function" && bearerToken !== undefined) textOf("bearerToken", bearerToken);
  return {
    query: rest.query === undefined ? "" : textOf("query", rest.query).replace(/^\?/, ""),
    headers,
    bearerToken: bearerToken as HttpStoreSettings["bearerToken"],
    absent: statusesOf(rest.absentStatuses),
  };
}

function statusesOf(value: unknown = [404, 410]): ReadonlySet<number> {
  const list = typeof value === "string" ? value.split(",").map(Number) : value;
  if (Array.isArray(list) && list.every((status) => Number.isInteger(status) && status >= 400 && status <= 499)) {
    return new Set(list as number[]);
  }
  throw invalid("absentStatuses must be a list of statuses from 400 to 499, as [404, 403]");
}

function recordOf(value: unknown = {}): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw invalid("headers must be an object of names and texts");
}

function textOf(name: string, value: unknown): string {
  if (typeof value === "string" && !/[\r\n]/.test(value)) return value;
  throw invalid(`${name} must be a text of one line`);
}

function invalid(what: string): DeltaError {
  return new DeltaError("INVALID_ARGUMENT", `The HTTP storage option ${what}.`);
}
