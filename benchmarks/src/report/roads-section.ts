import { describeTrace, escapeHtml, shownUrl, timelineHtml } from "@asyncdelta/engine-node/trace";
import { shortNumber } from "../program/statistics.js";
import { COLUMNS, verdicts } from "../roads/describe.js";
import { isLocal } from "../roads/is-local.js";
import type { Road } from "../roads/road.js";
import { barsHtml } from "./bars.js";
import type { NamedComparison } from "./report.js";

const WHAT_ROADS_ARE: Readonly<Record<Road, string>> = {
  serial: "one thing after another",
  easy: "the serial kernel under an eager executor",
  hard: "the kernel as it is",
};

/** The heading of a comparison. */
export function comparisonTitle({ root, table, operation, latency }: NamedComparison): string {
  const place = isLocal(root) ? "local" : "remote";
  return `${operation} of ${table}, ${latency > 0 ? `${latency} ms to the first byte` : place}`;
}

/** One comparison: words, bars, figures and the timelines of the three roads on one scale. */
export function roadsSection(comparison: NamedComparison, id: string): string {
  const { roads, found } = comparison;
  const spreads = (name: "ms" | "busyCores") =>
    roads.map(({ road, cost }) => ({ label: road, key: road, spread: cost[name] }));
  const scale = Math.max(...roads.map(({ trace }) => trace?.duration ?? 0), 0.001);
  const timelines = roads
    .filter(({ trace }) => trace !== undefined)
    .map(
      ({ road, trace }) =>
        `<h3>Timeline: the ${road} road, ${WHAT_ROADS_ARE[road]}</h3>
<p>${describeTrace(trace!).map(escapeHtml).join(" ")}</p>
${timelineHtml(trace!, { scale })}`,
    );
  return `<h2 id="${id}">${escapeHtml(comparisonTitle(comparison))}</h2>
<p class="facts root">${escapeHtml(shownUrl(comparison.root))}</p>
<p>${[foundText(found, comparison.operation), ...verdicts(comparison)].map(escapeHtml).join(" ")}</p>
${barsHtml("Time, median of the runs; the line spans from the fastest to the slowest", spreads("ms"), (ms) => `${shortNumber(ms)} ms`)}
${barsHtml("Busy processor cores", spreads("busyCores"), shortNumber)}
${figuresTable(comparison)}
${timelines.join("\n")}`;
}

function foundText({ version, files, rows }: NamedComparison["found"], operation: string): string {
  const what =
    operation === "files"
      ? `${shortNumber(files)} files`
      : operation === "scan"
        ? `${shortNumber(rows)} rows`
        : "the snapshot";
  return `All three roads found the same: ${what} of version ${version}.`;
}

/** Figures down, roads across: three columns fit a phone. */
function figuresTable({ roads }: NamedComparison): string {
  const head = ["", ...roads.map(({ road }) => road)].map((text) => `<th scope="col">${text}</th>`).join("");
  const rows = COLUMNS.map(({ cost: name, label, unit, scale }) => {
    const cells = roads.map(({ cost }) => `<td>${escapeHtml(shortNumber(cost[name].median * scale))}</td>`).join("");
    return `<tr><th scope="row">${escapeHtml(unit === "" ? label : `${label}, ${unit}`)}</th>${cells}</tr>`;
  });
  return `<div class="scroll"><table class="figures"><thead><tr>${head}</tr></thead><tbody>${rows.join("\n")}</tbody></table></div>`;
}
