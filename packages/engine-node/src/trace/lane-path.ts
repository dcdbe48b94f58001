import type { BusySlice, TraceSpan } from "./trace.js";

/** Width of a chart in the units of its paths; its height is 10. */
export const UNITS = 10_000;
/** A shorter span is drawn this wide, so that it can be seen. */
const LEAST = 12;

/** The spans of a lane as one path of rectangles. What lies closer than can be seen becomes one. */
export function lanePath(spans: readonly TraceSpan[], scale: number): string {
  const boxes: { from: number; to: number }[] = [];
  for (const { start, end } of spans) {
    const from = Math.round((start / scale) * UNITS);
    const to = Math.max(from + LEAST, Math.round((end / scale) * UNITS) - GAP);
    const last = boxes.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else boxes.push({ from, to });
  }
  return boxes.map(({ from, to }) => `M${from} 0h${to - from}v10H${from}z`).join("");
}

/** Left free behind a span, so that two in a row are told apart. */
const GAP = 8;

/** How busy the main thread was, as an area. */
export function mainThreadPath(slices: readonly BusySlice[], scale: number): string {
  if (slices.length === 0) return "";
  const x = (ms: number): number => Math.round((ms / scale) * UNITS);
  let path = `M${x(slices[0]!.start)} 10`;
  let y = 10;
  for (const { start, end, busy } of slices) {
    const next = Math.round((1 - busy) * 100) / 10;
    if (next !== y) path += `H${x(start)}V${next}`;
    y = next;
    path += `H${x(end)}`;
  }
  return `${path}V10z`;
}
