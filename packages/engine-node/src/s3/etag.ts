/**
 * An entity tag as `If-Match` takes it, in quotes. `undefined` where there is none, or a weak one, which matches nothing
 * there (RFC 9110, 13.1.1).
 */
export function etagFrom(text: string | undefined): string | undefined {
  if (!text || text === '""' || text.startsWith("W/")) return undefined;
  return text.startsWith('"') ? text : `"${text}"`;
}
