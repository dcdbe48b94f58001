import { availableParallelism } from "node:os";
import { describeTrace } from "./describe-trace.js";
import { escapeHtml } from "./html.js";
import { page } from "./page.js";
import { timelineHtml } from "./timeline.js";
import type { Trace } from "./trace.js";

/** How the lanes of a timeline are to be read. */
export const LEGEND: string = `<p class="facts">Time runs from left to right. Each request under way has a lane of its own, as has each socket and each worker thread; a worker's bar is
the time in which it had a task. The area at the bottom shows how busy the main thread was. Red is what failed or was cut short. Point at a bar, or tap it, to see what it was.</p>
`;

/** One self-contained HTML page that shows a trace and says what it shows. */
export function tracePage(trace: Trace): string {
  const { title, startedAt } = trace;
  const facts = `Node ${process.versions.node}, ${process.platform} ${process.arch}, ${availableParallelism()} processors, ${startedAt}`;
  return page({
    title,
    body: `<p class="facts">${escapeHtml(facts)}</p>
<p>${describeTrace(trace).map(escapeHtml).join(" ")}</p>
${timelineHtml(trace, { scale: Math.max(trace.duration, 0.001) })}${LEGEND}`,
  });
}
