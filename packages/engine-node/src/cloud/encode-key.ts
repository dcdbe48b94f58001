/** Percent-encodes a key or the value of a parameter: all but letters, digits and `-._~`, as signatures have it. */
export function encodeValue(value: string): string {
  return encodeURIComponent(value).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The same, but slashes stay. */
export function encodeKey(key: string): string {
  return encodeValue(key).replaceAll("%2F", "/");
}
