import { probes } from "./probes.js";
import { subjects } from "./subjects.js";

/** Runs every probe on every subject, and lays the answers out as a Markdown table. */
export async function behaviourTable(): Promise<string> {
  const rows: string[][] = [];
  for (const probe of probes) {
    const row = [probe.question];
    for (const subject of subjects) row.push(await probe.answer(subject));
    rows.push(row);
  }
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const head = ["", ...subjects.map(({ name }) => name)];
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
