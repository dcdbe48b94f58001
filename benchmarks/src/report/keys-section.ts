import { escapeHtml } from "@asyncdelta/engine-node/trace";
import { shortNumber } from "../program/statistics.js";
import { verdict } from "../rsa/describe.js";
import { barsHtml } from "./bars.js";
import type { KeyReport } from "./report.js";

const COLOURS = { "event loop": "serial", "libuv pool": "easy", "worker threads": "hard" } as const;

/** RSA keys a second, for each worker and width, beside the ideal. */
export function keysSection({ bits, figures }: KeyReport, id: string): string {
  const bars = figures.map(({ worker, width, keysASecond, ideal }) => ({
    label: `${worker}, ${width} at once`,
    key: `${COLOURS[worker]} wide`,
    spread: keysASecond,
    ideal,
  }));
  return `<h2 id="${id}">RSA keys of ${bits} bits</h2>
<p>${escapeHtml(verdict(figures))}</p>
${barsHtml("Keys a second; the dashed line is the ideal", bars, shortNumber)}`;
}
