/** What a `Content-Range` header says: the bytes from `start` to before `end`, of `total`, where that is known. */
export interface ContentRange {
  readonly start: number;
  readonly end: number;
  readonly total: number | undefined;
}

/** Reads `bytes 0-99/1000` or `bytes 0-99/*`. RFC 9110, 14.4. `undefined` for whatever else. */
export function parseContentRange(header: string | undefined): ContentRange | undefined {
  const match = /^bytes (\d+)-(\d+)\/(\d+|\*)$/i.exec(header?.trim() ?? "");
  if (match === null) return undefined;
  const start = Number(match[1]);
  const end = Number(match[2]) + 1;
  const total = match[3] === "*" ? undefined : Number(match[3]);
  if (![start, end, total ?? 0].every(Number.isSafeInteger)) return undefined;
  if (end <= start || (total !== undefined && end > total)) return undefined;
  return { start, end, total };
}

/** The number of a `Content-Length` header. RFC 9110, 8.6. */
export function parseContentLength(header: string | undefined): number | undefined {
  if (header === undefined || !/^\d+$/.test(header)) return undefined;
  const length = Number(header);
  return Number.isSafeInteger(length) ? length : undefined;
}
