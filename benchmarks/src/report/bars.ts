import { escapeHtml } from "@asyncdelta/engine-node/trace";
import type { Spread } from "../program/statistics.js";

export interface Bar {
  readonly label: string;
  /** Names the bar's colour. */
  readonly key: string;
  readonly spread: Spread;
  /** Where the ideal lies, if there is one. */
  readonly ideal?: number | undefined;
}

/** Horizontal bars from zero to the median, each with a line from the least to the most of the runs. */
export function barsHtml(title: string, bars: readonly Bar[], format: (value: number) => string): string {
  const full = Math.max(...bars.flatMap(({ spread, ideal = 0 }) => [spread.most, ideal]), Number.MIN_VALUE);
  const percent = (value: number): string => `${((100 * value) / full).toFixed(2)}%`;
  const rows = bars.map(({ label, key, spread, ideal }) => {
    const { median, least, most, values } = spread;
    const range = values.length > 1 ? ` <small>${escapeHtml(`${format(least)} – ${format(most)}`)}</small>` : "";
    const whisker = values.length > 1 ? `<i style="left:${percent(least)};width:${percent(most - least)}"></i>` : "";
    const goal = ideal === undefined ? "" : `<b style="left:${percent(ideal)}"></b>`;
    return (
      `<div class="bar ${key}"><span class="name">${escapeHtml(label)}</span>` +
      `<span class="track"><span class="fill" style="width:${percent(median)}"></span>${whisker}${goal}</span>` +
      `<span class="value">${escapeHtml(format(median))}${range}</span></div>`
    );
  });
  return `<figure class="bars"><figcaption>${escapeHtml(title)}</figcaption>${rows.join("\n")}</figure>\n`;
}

export const BARS_STYLE: string = `
:root { --serial: #8a94a0; --easy: #d9730d; --hard: #2f6fdb; }
@media (prefers-color-scheme: dark) { :root { --serial: #76818d; --easy: #f0993e; --hard: #5b9bff; } }
figure.bars { margin: 1rem 0; }
.bars figcaption { font-size: 0.875rem; color: var(--faint); margin-bottom: 0.25rem; }
.bar { display: grid; grid-template-columns: 9rem 1fr 11rem; gap: 0.75rem; align-items: center; padding: 0.2rem 0; }
.bar .name { text-align: right; font-size: 0.875rem; }
.bar .track { position: relative; height: 1.25rem; background: var(--back); border-radius: 3px; }
.bar .fill { position: absolute; inset: 0 auto 0 0; border-radius: 3px; background: var(--serial); }
.bar.easy .fill { background: var(--easy); } .bar.hard .fill { background: var(--hard); }
.bar i {
  position: absolute; top: 30%; height: 40%; border: solid var(--ink); border-width: 0 1.5px; min-width: 2px;
  background: linear-gradient(var(--ink), var(--ink)) center / 100% 1.5px no-repeat;
}
.bar b { position: absolute; top: -2px; bottom: -2px; width: 0; border-left: 2px dashed var(--ink); }
.bar .value { font-size: 0.875rem; font-variant-numeric: tabular-nums; white-space: nowrap; }
.bar small { color: var(--faint); }
.figures { border-collapse: collapse; font-size: 0.875rem; font-variant-numeric: tabular-nums; margin: 0.75rem 0; }
.figures th, .figures td { padding: 0.25rem 0.75rem 0.25rem 0; text-align: right; border-bottom: 1px solid var(--line); font-weight: 400; }
.figures th:first-child { text-align: left; color: var(--faint); }
.figures thead th { color: var(--ink); font-weight: 600; }
.contents { padding-left: 1.25rem; }
.contents a { color: inherit; }
h2, .root, .contents { overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
@media (max-width: 40rem) {
  .bar { grid-template-columns: 4.5rem 1fr; gap: 0.15rem 0.5rem; }
  .bar.wide { grid-template-columns: 1fr; }
  .bar.wide .name { text-align: left; }
  .bar .value { grid-column: -2 / -1; }
  .bar.wide .value { grid-column: 1; }
}
`;
