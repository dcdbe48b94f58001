import { mkdir, open, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { chromeTrace } from "@asyncdelta/engine-node/trace";
import { CommandFailed } from "../program/errors.js";
import type { Report } from "./report.js";
import { reportPage } from "./report-page.js";
import { comparisonTitle } from "./roads-section.js";

/** Where a report goes. */
export interface ReportFiles {
  readonly page: string;
  readonly figures: string;
  readonly trace: string;
}

/**
 * Makes the folder and sees, before anything is measured, that the files can be written there. Files that are there stay as
 * they are, and none is left that was not there.
 *
 * @throws CommandFailed if one cannot be written
 */
export async function prepareFiles(folder: string): Promise<ReportFiles> {
  const files = {
    page: join(folder, "report.html"),
    figures: join(folder, "report.json"),
    trace: join(folder, "report.trace.json"),
  };
  await told(folder, () => mkdir(folder, { recursive: true }));
  for (const file of Object.values(files)) await told(file, () => tryToWrite(file));
  return files;
}

/** Writes a page, the figures, and the timelines for Perfetto. */
export async function writeFiles(files: ReportFiles, report: Report): Promise<void> {
  const traces = report.comparisons.flatMap((comparison) =>
    comparison.roads.flatMap(({ trace }) =>
      trace === undefined ? [] : [{ ...trace, title: `${trace.title}, ${comparisonTitle(comparison)}` }],
    ),
  );
  await told(files.page, () => writeFile(files.page, reportPage(report)));
  await told(files.figures, () => writeFile(files.figures, JSON.stringify(report)));
  await told(files.trace, () => writeFile(files.trace, JSON.stringify(chromeTrace(traces))));
}

async function tryToWrite(file: string): Promise<void> {
  let isNew = true;
  const handle = await open(file, "ax").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
    isNew = false;
    return open(file, "a");
  });
  await handle.close();
  if (isNew) await rm(file, { force: true });
}

async function told(path: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const { message } = error as Error;
    throw new CommandFailed(
      `The report cannot be written to ${path}: give a folder that can be written to as --out (${message}).`,
    );
  }
}
