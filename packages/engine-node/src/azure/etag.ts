/** An etag in one spelling: headers have it in quotes, listings have not. */
export function quotedEtag(etag: string | undefined): string | undefined {
  if (!etag) return undefined;
  return etag.endsWith('"') ? etag : `"${etag}"`;
}
