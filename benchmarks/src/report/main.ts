import { runCommand } from "../program/run-command.js";
import { makeReport } from "./make-report.js";
import { parseOptions, USAGE } from "./options.js";
import { prepareFiles, writeFiles } from "./report-files.js";

/** Measures, and writes a page, the figures, and the timelines for Perfetto into a folder. */
export async function main(args: readonly string[]): Promise<void> {
  await runCommand(USAGE, args, parseOptions, async (options) => {
    const files = await prepareFiles(options.out);
    await writeFiles(files, await makeReport(options));
    console.log(options.json ? JSON.stringify(files) : Object.values(files).join("\n"));
  });
}
