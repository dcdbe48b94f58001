import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { chromeTrace } from "@asyncdelta/engine-node/trace";
import { runCommand } from "../program/run-command.js";
import { makeReport } from "./make-report.js";
import { parseOptions, type ReportOptions, USAGE } from "./options.js";
import type { Report } from "./report.js";
import { reportPage } from "./report-page.js";
import { comparisonTitle } from "./roads-section.js";

/** Measures, and writes a page, the figures, and the timelines for Perfetto into a folder. */
export async function main(args: readonly string[]): Promise<void> {
  await runCommand(USAGE, args, parseOptions, async (options) => {
    const report = await makeReport(options);
    const files = await write(report, options);
    console.log(options.json ? JSON.stringify(files) : Object.values(files).join("\n"));
  });
}

async function write(report: Report, { out }: ReportOptions): Promise<Record<string, string>> {
  await mkdir(out, { recursive: true });
  const files = {
    page: join(out, "report.html"),
    figures: join(out, "report.json"),
    trace: join(out, "report.trace.json"),
  };
  const traces = report.comparisons.flatMap((comparison) =>
    comparison.roads.flatMap(({ trace }) =>
      trace === undefined ? [] : [{ ...trace, title: `${trace.title}, ${comparisonTitle(comparison)}` }],
    ),
  );
  await writeFile(files.page, reportPage(report));
  await writeFile(files.figures, JSON.stringify(report));
  await writeFile(files.trace, JSON.stringify(chromeTrace(traces)));
  return files;
}
