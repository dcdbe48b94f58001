import { sep } from "node:path";
import { fileURLToPath } from "node:url";
import { invalidUrl } from "./file-error.js";

/** What is the same in a URL as in a path where a slash separates names. */
const PLAIN = /^file:\/\/(\/[\w.~=+,@/-]*)$/;

/** The path of a `file:` URL. Throws `INVALID_ARGUMENT` for other URLs, and for one with a query or fragment. */
export function pathOf(url: string): string {
  // Nearly all are; a dot may begin the segment `.` or `..`.
  const plain = sep === "/" && !url.includes("/.") ? PLAIN.exec(url)?.[1] : undefined;
  if (plain !== undefined) return plain;
  // An unescaped "?" or "#" would be dropped without a word, and another file be read.
  if (/[?#]/.test(url)) throw invalidUrl(url);
  try {
    return fileURLToPath(url);
  } catch (error) {
    throw invalidUrl(url, error);
  }
}

/** The path of a directory's URL, which ends in `/`. */
export function directoryPathOf(url: string): string {
  if (!url.endsWith("/")) throw invalidUrl(url, new Error('The URL of a directory ends in "/".'));
  return pathOf(url);
}

/** URL of a name in a directory. */
export function childUrl(directory: string, name: string): string {
  return directory + (/^[\w.~-]*$/.test(name) ? name : encodeURIComponent(name));
}
