import { escapeHtml, scriptJson } from "./html.js";
import { lanePath, mainThreadPath, UNITS } from "./lane-path.js";
import { type Lane, type LaneGroup, laneGroups } from "./lanes.js";
import type { Trace, TraceSpan } from "./trace.js";
import { timeText } from "./units.js";

export interface TimelineOptions {
  /** Milliseconds from one end to the other; timelines that share it can be compared by eye. */
  readonly scale: number;
}

/** The lanes of a trace as HTML, to be put into a page that has {@link TIMELINE_STYLE} and {@link TIMELINE_SCRIPT}. */
export function timelineHtml(trace: Trace, { scale }: TimelineOptions): string {
  const groups = laneGroups(trace);
  const rows = groups.map((group) => groupHtml(group, scale)).join("");
  const data = groups.flatMap(({ lanes }) => lanes.map(laneData));
  return `<div class="timeline" role="img" aria-label="${escapeHtml(`Timeline: ${trace.title}`)}">
${rows}${mainThreadHtml(trace, scale)}${axisHtml(scale)}
<output class="detail" aria-live="polite"></output>
<script type="application/json">${scriptJson({ scale, lanes: data })}</script>
</div>
`;
}

function groupHtml({ key, label, lanes }: LaneGroup, scale: number): string {
  const thin = lanes.length > 12 ? " thin" : "";
  const bars = lanes.map((lane) => laneHtml(lane, key, scale)).join("");
  return `<div class="group ${key}${thin}"><div class="label">${escapeHtml(groupLabel(key, label, lanes))}</div><div class="lanes">${bars}</div></div>\n`;
}

function groupLabel(key: LaneGroup["key"], label: string, lanes: readonly Lane[]): string {
  if (key === "operation" || key === "main") return label;
  return lanes.length === 1 ? label : `${lanes.length} ${key === "request" ? "requests at once" : `${label}s`}`;
}

function laneHtml({ spans }: Lane, key: string, scale: number): string {
  const isGood = ({ outcome }: TraceSpan): boolean => outcome === "ok" || outcome === "absent";
  const good = lanePath(spans.filter(isGood), scale);
  const bad = lanePath(
    spans.filter((span) => !isGood(span)),
    scale,
  );
  const names =
    key === "operation"
      ? spans
          .filter(({ start, end }) => (end - start) / scale > 0.12)
          .map(({ name, start }) => `<span style="left:${percent(start, scale)}">${escapeHtml(name)}</span>`)
          .join("")
      : "";
  return `<div class="lane">${chart(`<path d="${good}"/>${bad === "" ? "" : `<path class="bad" d="${bad}"/>`}`)}${names}</div>`;
}

function mainThreadHtml({ mainThread }: Trace, scale: number): string {
  const area = chart(`<path d="${mainThreadPath(mainThread, scale)}"/>`);
  return `<div class="group busy"><div class="label">main thread at work</div><div class="lanes"><div class="area">${area}</div></div></div>\n`;
}

function chart(content: string): string {
  return `<svg viewBox="0 0 ${UNITS} 10" preserveAspectRatio="none" aria-hidden="true">${content}</svg>`;
}

function axisHtml(scale: number): string {
  const step = niceStep(scale / 6);
  const ticks: string[] = [];
  for (let at = 0; at <= scale; at += step) {
    // A label that has no room to the right of its tick is left out.
    const label = at === 0 ? "0" : at / scale > 0.87 ? "" : timeText(at);
    ticks.push(`<span style="left:${percent(at, scale)}">${escapeHtml(label)}</span>`);
  }
  return `<div class="group axis"><div class="label"></div><div class="ticks">${ticks.join("")}</div></div>\n`;
}

/** 1, 2 or 5 times a power of ten, at least as large. */
export function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].find((factor) => factor * power >= least)! * power;
}

function percent(ms: number, scale: number): string {
  return `${((100 * ms) / scale).toFixed(2)}%`;
}

/** What is told of a span under the pointer. */
function laneData({ spans }: Lane): readonly (readonly unknown[])[] {
  return spans.map(({ start, end, name, url, bytes, items, outcome }) => [
    Math.round(start * 1000) / 1000,
    Math.round(end * 1000) / 1000,
    name,
    url?.replace(/^.*\/(?=[^/]+\/?$)/s, "") ?? "",
    bytes ?? 0,
    items ?? 0,
    outcome,
  ]);
}
