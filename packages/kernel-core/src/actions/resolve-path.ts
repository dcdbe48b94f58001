/**
 * The URL of a file that the log refers to: absolute and percent-encoded, as storage takes it, and one for all
 * spellings of a path. PROTOCOL.md, "Add File and Remove File".
 *
 * - A path of the log is a URI: its escapes are decoded exactly once. What a writer left as it is (blanks, letters
 *   outside ASCII, `#`, `?`, `%` before anything but two hexadecimal digits) stands for itself.
 * - `scheme:/…` is absolute, `file:/a` the same as `file:///a`; `/a` is absolute under the scheme and authority of the
 *   table; everything else is below the root of the table, also if it has a colon before its first slash.
 * - An absolute `http` or `https` URL is left alone: its query may be a signature.
 *
 * `tableRoot` is such a URL itself and ends in a slash.
 */
export function resolveFileUrl(tableRoot: string, path: string): string {
  if (PLAIN.test(path)) return tableRoot + path;
  if (path.includes(":/")) {
    if (HTTP.test(path)) return path;
    const absolute = ABSOLUTE.exec(path);
    if (absolute !== null) {
      const [, scheme, authority = "", rest] = absolute;
      return `${scheme!.toLowerCase()}://${authority}${resolveDots(recode(rest!))}`;
    }
  }
  const canonical = recode(path);
  if (!path.startsWith("/") && !canonical.startsWith(".") && !canonical.includes("/.")) return tableRoot + canonical;
  const [, origin, rootPath] = ORIGIN.exec(tableRoot)!;
  return origin + resolveDots(path.startsWith("/") ? canonical : rootPath + canonical);
}

/** Nothing to decode, to encode or to resolve: nearly every path. */
const PLAIN = /^(?!\/|\.)(?:[\w=~-]|\.(?!\.?\/)|\/(?!\.))+$/;
const HTTP = /^https?:\/\//i;
const ABSOLUTE = /^([a-z][a-z0-9+.-]+):(?=\/)(?:\/\/([^/]*))?(.*)$/is;
const ORIGIN = /^([^/]*\/\/[^/]*)?(.*)$/s;
const SURROGATE = /[\ud800-\udfff]/;
const LONE_SURROGATE = /\p{Surrogate}/gu;
const ESCAPES = /(?:%[0-9a-f]{2})+/gi;

/** The path in canonical encoding. Escapes that are no UTF-8 stand for themselves. */
function recode(path: string): string {
  const decoded = path.replace(ESCAPES, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
  const wellFormed = SURROGATE.test(decoded) ? decoded.replace(LONE_SURROGATE, "\ufffd") : decoded;
  return encodeURI(wellFormed).replace(/[?#]/g, encodeURIComponent);
}

/** RFC 3986, 5.2.4: takes the segments `.` and `..` out of an absolute path. */
function resolveDots(path: string): string {
  if (!/\/\.\.?(?:\/|$)/.test(path)) return path;
  const segments: string[] = [];
  for (const segment of path.split("/").slice(1)) {
    if (segment === "..") segments.pop();
    else if (segment !== ".") segments.push(segment);
  }
  return `/${segments.join("/")}`;
}
