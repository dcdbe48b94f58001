import type { Data } from "apache-arrow";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Reads texts out of a Utf8 column. ASCII columns, most of a log, are decoded once and then cut. */
export function utf8Reader(data: Data): (row: number) => string {
  const values: Uint8Array = data.values;
  const offsets: Int32Array = data.valueOffsets;
  const first = offsets[0] ?? 0;
  let whole: string | null | undefined;
  return (row) => {
    const [start, end] = [offsets[row]!, offsets[row + 1]!];
    if (whole === undefined) whole = asciiText(data) ?? null;
    return whole === null ? decoder.decode(values.subarray(start, end)) : whole.slice(start - first, end - first);
  };
}

/** The texts of a Utf8 column one behind another, if all of them are ASCII. */
export function asciiText(data: Data): string | undefined {
  const offsets: Int32Array = data.valueOffsets;
  const first = offsets[0] ?? 0;
  const last = offsets[data.length] ?? first;
  const whole = decoder.decode((data.values as Uint8Array).subarray(first, last));
  return whole.length === last - first ? whole : undefined;
}
