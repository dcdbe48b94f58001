import { shortNumber, spreadText } from "../program/statistics.js";
import { textTable } from "../program/text-table.js";
import type { Comparison } from "./compare-roads.js";
import { isLocal } from "./is-local.js";
import type { Cost } from "./road.js";

export interface Column {
  readonly cost: keyof Cost;
  readonly label: string;
  readonly unit: string;
  /** From the measured value to the shown unit. */
  readonly scale: number;
}

/** What is shown of a cost, in this order. */
export const COLUMNS: readonly Column[] = [
  { cost: "ms", label: "time", unit: "ms", scale: 1 },
  { cost: "requests", label: "requests", unit: "", scale: 1 },
  { cost: "rounds", label: "rounds", unit: "", scale: 1 },
  { cost: "inFlightMost", label: "in flight, most", unit: "", scale: 1 },
  { cost: "inFlightMean", label: "in flight, mean", unit: "", scale: 1 },
  { cost: "busyCores", label: "busy cores", unit: "", scale: 1 },
  { cost: "peakMib", label: "peak memory", unit: "MiB", scale: 1 },
  { cost: "bytes", label: "read", unit: "MiB", scale: 1 / 1024 / 1024 },
];

/** The comparison as text: what was found, a table, and what it says. */
export function describeComparison(comparison: Comparison): string {
  const { found, operation, latency, repeat } = comparison;
  const header = ["road", ...COLUMNS.map(({ label, unit }) => (unit === "" ? label : `${label}, ${unit}`))];
  const rows = comparison.roads.map(({ road, cost }) => [
    road,
    ...COLUMNS.map(({ cost: name, scale }) => spreadText(cost[name], (value) => shortNumber(value * scale))),
  ]);
  const facts = [
    `${operation} of version ${found.version}`,
    ...(operation === "files" ? [`${found.files} files`] : []),
    ...(operation === "scan" ? [`${found.rows} rows`] : []),
    latency > 0 ? `${latency} ms to the first byte of every request` : "no added delay",
    `${repeat} ${repeat === 1 ? "run" : "runs each, in turn"}: median (least–most)`,
  ];
  const sentences = [...verdicts(comparison), ...caveats(comparison)];
  return `${facts.join(", ")}. All three roads found the same.\n\n${textTable([header, ...rows])}\n${sentences.join("\n")}\n`;
}

/** What the figures say, in words. */
export function verdicts({ roads }: Comparison): string[] {
  const of = (road: string) => roads.find((measured) => measured.road === road)!.cost;
  const [serial, easy, hard] = [of("serial"), of("easy"), of("hard")];
  const times = (cost: typeof serial): string => compared(cost.ms.median / serial.ms.median);
  return [
    `The easy road takes ${times(easy)} the serial one, the hard road ${times(hard)} it.`,
    `The hard road keeps ${shortNumber(hard.busyCores.median)} cores busy and ${shortNumber(hard.inFlightMean.median)} requests in flight on average; ` +
      `the easy road ${shortNumber(easy.busyCores.median)} and ${shortNumber(easy.inFlightMean.median)}, ` +
      `the serial one ${shortNumber(serial.busyCores.median)} and ${shortNumber(serial.inFlightMean.median)}.`,
  ];
}

function compared(ratio: number): string {
  return `${shortNumber(ratio)} times as long as`;
}

/** A store has a latency of its own: there rounds say something without a delay that is added. */
function caveats({ root, latency }: Comparison): string[] {
  return latency > 0 || !isLocal(root)
    ? []
    : [
        "Rounds count requests that began after another had ended, by chance too: over a fast disk they say little; see --latency.",
      ];
}
