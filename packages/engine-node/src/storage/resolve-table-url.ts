import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { DeltaError } from "@asyncdelta/kernel-core";
import { pathOf } from "./file-url.js";

/**
 * The URL of a table's root, ending in `/`, from a path (relative to the working directory) or a `file:` URL.
 *
 * @throws DeltaError `INVALID_ARGUMENT` for an empty or impossible location, and for a scheme other than `file:`
 */
export function resolveTableUrl(location: string | URL): string {
  const text = typeof location === "string" ? location : location.href;
  if (text === "" || text.includes("\0")) {
    throw new DeltaError("INVALID_ARGUMENT", `A table's location is a path or a URL, not ${JSON.stringify(text)}.`);
  }
  // One letter before a colon is a drive of Windows; without "//" behind the colon it is a name that has one.
  const scheme = /^([a-z][a-z0-9+.-]+):(?:\/\/|$)/i.exec(text)?.[1]?.toLowerCase();
  const path = scheme === undefined && !/^file:/i.test(text) ? text : filePathOf(text, scheme);
  const { href } = pathToFileURL(resolve(path));
  return href.endsWith("/") ? href : `${href}/`;
}

function filePathOf(url: string, scheme = "file"): string {
  if (scheme === "file") return pathOf(url);
  // The URL itself may hold credentials, so the message does not.
  throw new DeltaError(
    "INVALID_ARGUMENT",
    `"${scheme}:" is not supported in this version, which reads local files only: give a path or a file: URL.`,
  );
}
