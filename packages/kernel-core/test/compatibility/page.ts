import { FEATURES, type Feature } from "../../src/protocol/features.js";
import { CAPABILITIES, FEATURE_PROOFS, type Proof } from "./capabilities.js";
import { type Cell, PEERS, PEERS_READ, PEERS_WRITE } from "./peers.js";

const OURS = "asyncdelta";

/** The page as it ought to be: `docs/compatibility.md`. */
export function compatibilityPage(): string {
  const readers = FEATURES.filter(({ kind }) => kind === "reader-writer");
  const writers = FEATURES.filter(({ kind }) => kind === "writer");
  const refused = FEATURES.filter(({ read }) => read.status !== "yes");
  return `# Compatibility

<!-- Written by packages/kernel-core/test/compatibility: edit that, and run
     UPDATE_DOCS=1 npm run test:unit -- packages/kernel-core/test/compatibility.test.ts -->

What of the [Delta protocol](https://github.com/delta-io/delta/blob/master/PROTOCOL.md) this library reads, beside other
implementations. Its own column follows from the table of features that decides at run time
([\`features.ts\`](../packages/kernel-core/src/protocol/features.ts)), and each "yes" from a test that it links to. What is
said of the others was read in the sources of ${PEERS.slice(0, -1).join(", ")} and ${PEERS.at(-1)}, not measured.

A table that cannot be read rightly is refused when it is opened, with the code \`FEATURE_UNSUPPORTED\` and the name of the
feature. It is never read in part.

## What is refused

${table(["feature", "when", "why"], refused.map(refusal))}

Also refused: reader features that are in no list here, reader versions above 3, and columns of interval types.

## Features that a reader must know

Listed in both \`readerFeatures\` and \`writerFeatures\`. The cells say whether tables with the feature can be **read**.

${table(["feature", "also named", "without a list in", OURS, ...PEERS], readers.map(readerRow))}

## Features of writers

Listed in \`writerFeatures\` alone. They never stand in the way of reading, here as anywhere, known or not; where such a feature
has something for readers, the next section has it. The peers' cells say whether they can **write** such tables. This version of
${OURS} reads only.

${table(["feature", "also named", "without a list in", `${OURS} reads`, `${OURS} writes`, ...PEERS], writers.map(writerRow))}

## What a reader can do

${table(["", OURS, ...PEERS], CAPABILITIES.map(capabilityRow))}
`;
}

function capabilityRow({ name, ours, seen, peers }: (typeof CAPABILITIES)[number]): string[] {
  return [name, "test" in seen ? linked(ours, seen) : shown(ours), ...peers.map(shown)];
}

function refusal({ name, read }: Feature): string[] {
  if (read.status === "yes") return [];
  return [`\`${name}\``, read.status === "no" ? "always" : "where a column uses it", read.reason];
}

function readerRow(feature: Feature): string[] {
  const { name, read } = feature;
  const ours: Cell = read.status === "yes" ? "yes" : read.status === "no" ? "no: refused" : "partly: while unused";
  return [...named(feature), linked(ours, of(FEATURE_PROOFS, name)), ...of(PEERS_READ, name).map(shown)];
}

function writerRow(feature: Feature): string[] {
  const { name, read, write } = feature;
  return [...named(feature), read.status, write.status, ...of(PEERS_WRITE, name).map(shown)];
}

function named({ name, aliases, legacy }: Feature): string[] {
  const versions = [
    ...(legacy?.reader === undefined ? [] : [`reader ${legacy.reader}`]),
    ...(legacy === undefined ? [] : [`writer ${legacy.writer}`]),
  ];
  return [`\`${name}\``, aliases.map((alias) => `\`${alias}\``).join(", "), versions.join(", ")];
}

function of<T>(rows: Readonly<Record<string, T>>, name: string): T {
  const row = rows[name];
  if (row === undefined) throw new Error(`${name} has no row beside this generator: add it`);
  return row;
}

/** The cell's first word as a link to the test that shows it. */
function linked(cell: Cell, { test }: Proof): string {
  return shown(cell).replace(/^\*\*[^*]+\*\*/, (support) => `[${support}](../packages/${test})`);
}

function shown(cell: Cell): string {
  return cell.replace(/^[^:]+/, "**$&**");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}
