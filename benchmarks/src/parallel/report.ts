import type { Figure, Setting } from "./benchmark.js";

/** How one setting stands to the target: within 1.5 times of the bare ring, and ahead of every peer. */
export interface Standing {
  /** parallelMap's time in times of the bare ring's. */
  readonly ofRing: number;
  /** The fastest peer's time in times of parallelMap's. */
  readonly ofFastestPeer: number;
  readonly met: boolean;
}

export function standing({ figures }: Setting): Standing {
  const ours = time(figures, "parallelMap");
  const peers = figures.filter(({ role }) => role === "peer").map(({ microseconds }) => microseconds);
  const ofRing = ours / time(figures, "bare ring");
  const ofFastestPeer = Math.min(...peers) / ours;
  return { ofRing, ofFastestPeer, met: ofRing <= 1.5 && ofFastestPeer > 1 };
}

/** A Markdown table: microseconds an item, and how many times parallelMap's they are. */
export function markdown(settings: readonly Setting[]): string {
  const lines = [
    row(["µs an item (times `parallelMap`)", ...settings.map(({ source, width }) => `${source}, ${width}`)]),
    row(["---", ...settings.map(() => "--:")]),
  ];
  for (const { subject } of settings[0]?.figures ?? []) {
    const cells = settings.map(({ figures }) => {
      const microseconds = time(figures, subject);
      return `${microseconds.toFixed(2)} (${(microseconds / time(figures, "parallelMap")).toFixed(2)})`;
    });
    lines.push(row([subject, ...cells]));
  }
  return lines.join("\n");
}

function time(figures: readonly Figure[], name: string): number {
  const figure = figures.find(({ subject }) => subject === name);
  if (figure === undefined) throw new Error(`${name} was not measured`);
  return figure.microseconds;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
