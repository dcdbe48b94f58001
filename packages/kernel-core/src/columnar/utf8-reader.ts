import type { Data } from "apache-arrow";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** One text of a Utf8 column, decoded by itself. */
export function textAt({ values, valueOffsets: offsets }: Data, row: number): string {
  return decoder.decode(values.subarray(offsets[row], offsets[row + 1]));
}

/** Reads texts out of a Utf8 column. ASCII columns, most of a log, are decoded once and then cut. */
export function utf8Reader(data: Data): (row: number) => string {
  const offsets: Int32Array = data.valueOffsets;
  const first = offsets[0] ?? 0;
  let whole: string | null | undefined;
  return (row) => {
    if (whole === undefined) whole = asciiText(data) ?? null;
    return whole === null ? textAt(data, row) : whole.slice(offsets[row]! - first, offsets[row + 1]! - first);
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
