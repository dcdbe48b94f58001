import { escapeHtml, LEGEND, page } from "@asyncdelta/engine-node/trace";
import { BARS_STYLE } from "./bars.js";
import { keysSection } from "./keys-section.js";
import type { Report } from "./report.js";
import { comparisonTitle, roadsSection } from "./roads-section.js";

/** The report as one HTML page that loads nothing. */
export function reportPage({ machine, comparisons, keys }: Report): string {
  const { program, node, v8, cpu, cores, memoryMib, system, packages, measuredAt } = machine;
  const versions = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
  const facts = [
    `${program}, Node ${node} (V8 ${v8}), ${versions.join(", ")}`,
    `${cores} × ${cpu}, ${Math.round(memoryMib / 1024)} GiB, ${system}`,
    measuredAt,
  ];
  const sections = comparisons.map((comparison, i) => roadsSection(comparison, `roads-${i + 1}`));
  const contents = [
    ...comparisons.map((comparison, i) => contentsLine(`roads-${i + 1}`, comparisonTitle(comparison))),
    ...(keys === undefined ? [] : [contentsLine("keys", `RSA keys of ${keys.bits} bits`)]),
  ];
  return page({
    title: "asyncdelta: three roads",
    style: BARS_STYLE,
    body: `<p class="facts">${facts.map(escapeHtml).join("<br>")}</p>
<p>The same operation, three ways. <b>Serial</b> is the kernel with every window at 1, as a lazy iterator runs. <b>Easy</b> is that serial kernel under an eager
executor: data files overlap, the replay inside does not. <b>Hard</b> is the kernel as it is, asynchronous all the way down. Each run has a process of its own; a first
run of each checks that all three find the same, value by value, the later ones that version, protocol, metadata and counts are still those.</p>
<ul class="contents">${contents.join("")}</ul>
${sections.join("\n")}
${keys === undefined ? "" : keysSection(keys, "keys")}
<h2>How to read the timelines</h2>
${LEGEND}<p class="facts">The timelines of one comparison share their scale. They come from a run of their own, since looking costs a little.
<code>report.trace.json</code> beside this page holds them for ui.perfetto.dev, <code>report.json</code> every figure.</p>
`,
  });
}

function contentsLine(id: string, title: string): string {
  return `<li><a href="#${id}">${escapeHtml(title)}</a></li>`;
}
