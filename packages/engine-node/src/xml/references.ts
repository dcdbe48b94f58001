const NAMED: ReadonlyMap<string, string> = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
  ["apos", "'"],
  // Around every ETag of a listing.
  ["#34", '"'],
]);

/** Resolves `&lt;`, `&#228;`, `&#xe4;`. Throws for references to anything else: no others are ever resolved. */
export function decodeReferences(text: string): string {
  let at = text.indexOf("&");
  if (at < 0) return text;
  let decoded = "";
  let from = 0;
  for (; at >= 0; at = text.indexOf("&", from)) {
    const end = text.indexOf(";", at);
    const name = text.slice(at + 1, end);
    const char = end < 0 ? undefined : (NAMED.get(name) ?? numbered(name));
    if (char === undefined)
      throw new Error(`the reference at ${JSON.stringify(text.slice(at, at + 10))} is not understood`);
    decoded += text.slice(from, at) + char;
    from = end + 1;
  }
  return decoded + text.slice(from);
}

/** The character of `#228` or `#xe4`, if XML permits it. */
function numbered(name: string): string | undefined {
  const [, decimal, hexadecimal] = /^#(?:([0-9]+)|x([0-9a-fA-F]+))$/.exec(name) ?? [];
  const point = decimal === undefined ? Number.parseInt(hexadecimal ?? "", 16) : Number.parseInt(decimal, 10);
  return isPermitted(point) ? String.fromCodePoint(point) : undefined;
}

function isPermitted(point: number): boolean {
  return (
    (point >= 0x20 && point < 0xd800) ||
    (point >= 0xe000 && point < 0xfffe) ||
    (point >= 0x10000 && point <= 0x10ffff) ||
    point === 9 ||
    point === 10 ||
    point === 13
  );
}
