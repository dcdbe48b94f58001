import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { DeltaError, resolveFileUrl } from "@asyncdelta/kernel-core";
import { pathOf } from "./file-url.js";
import { canonicalScheme, SCHEME_NAMES, storeKindOf } from "./store-kinds.js";

/** Where a table is, and what its URL said about how to get there. */
export interface TableLocation {
  /** URL of the table's root: absolute, percent-encoded in one way, without query, ending in `/`. */
  readonly url: string;
  /** Options of the storage that were in the query of the URL: a signature. Secret. */
  readonly storageOptions: Readonly<Record<string, string>>;
}

export interface TableLocationOptions {
  /**
   * Whether a URL of any scheme is a location: for a storage or an engine of one's own, which knows what it means. One of
   * a scheme that is not known here is taken as it is, with a `/` at its end. Default: false.
   */
  readonly anyScheme?: boolean | undefined;
}

/**
 * Reads a table's location: a path (relative to the working directory) or a URL. Schemes that mean the same store are
 * written in one way (`s3a:` as `s3:`), so that one file has one URL.
 *
 * @throws DeltaError `INVALID_ARGUMENT` for an empty or impossible location, an unknown scheme, or a URL with a user. The
 * message never has the URL itself, which may hold secrets.
 */
export function tableLocation(location: string | URL, { anyScheme }: TableLocationOptions = {}): TableLocation {
  const text = typeof location === "string" ? location : (location as URL | null | undefined)?.href;
  if (typeof text !== "string" || text === "" || text.includes("\0")) {
    const given = typeof text === "string" ? JSON.stringify(text) : `of the type ${typeof location}`;
    throw invalid(`A table's location is a path or a URL, not ${given}.`);
  }
  // One letter before a colon is a drive of Windows; without "//" behind the colon it is a name that has one.
  const scheme = /^([a-z][a-z0-9+.-]+):(?:\/\/|$)/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined && !/^file:/i.test(text)) return local(text);
  if (scheme === undefined || scheme === "file") return local(pathOf(text));
  const canonical = canonicalScheme(scheme);
  if (canonical === undefined && anyScheme) return foreign(text, scheme);
  if (canonical === undefined) throw invalid(`"${scheme}:" is no scheme of a table's URL; there are ${SCHEME_NAMES}.`);
  return /^https?$/.test(scheme) ? web(text) : remote(text, scheme, canonical);
}

function local(path: string): TableLocation {
  const { href } = pathToFileURL(resolve(path));
  return { url: href.endsWith("/") ? href : `${href}/`, storageOptions: {} };
}

/** `scheme://bucket/path`: a key is what stands there, decoded once. */
function remote(text: string, scheme: string, canonical: string): TableLocation {
  const [, authority = "", path = ""] = /^[^:]*:(?:\/\/([^/?#]*))?([^?#]*)/.exec(text)!;
  if (authority === "") throw invalid(`A ${scheme}: URL names a bucket or container, ${scheme}://bucket/path.`);
  if (/[?#]/.test(text)) throw queryRefused(scheme);
  const isContainer = /^(?:abfss|wasbs)$/.test(canonical) && /^[^@:]+@[^@:]+$/.test(authority);
  if (authority.includes("@") && !isContainer) throw userRefused(scheme);
  if (authority.includes(":"))
    throw invalid(`A ${scheme}: URL has no port: give the server by the option \`endpoint\`.`);
  const url = resolveFileUrl("", `${canonical}://${authority}${path === "" ? "/" : path}`);
  return { url: url.endsWith("/") ? url : `${url}/`, storageOptions: {} };
}

function web(text: string): TableLocation {
  if (!URL.canParse(text)) throw invalid("A table's location has the form of a URL, but is none.");
  const { username, password, origin, pathname, search, protocol } = new URL(text);
  if (username !== "" || password !== "") throw userRefused(protocol.slice(0, -1));
  const url = origin + (pathname.endsWith("/") ? pathname : `${pathname}/`);
  const query = search.slice(1);
  if (query === "") return { url, storageOptions: {} };
  return { url, storageOptions: storeKindOf(url) === "azure" ? { sasToken: query } : { query } };
}

/** A URL of a store that only its storage knows. Names of files are put behind it, so that it ends with its path. */
function foreign(text: string, scheme: string): TableLocation {
  if (/[?#]/.test(text)) throw queryRefused(scheme);
  return { url: text.endsWith("/") ? text : `${text}/`, storageOptions: {} };
}

function queryRefused(scheme: string): DeltaError {
  return invalid(`A ${scheme}: URL has no query and no fragment; a "?" or "#" of a name is written %3F or %23.`);
}

function userRefused(scheme: string): DeltaError {
  return invalid(`A ${scheme}: URL must not have a user or password: give credentials by the storage's options.`);
}

function invalid(message: string): DeltaError {
  return new DeltaError("INVALID_ARGUMENT", message);
}
