import { writeFile } from "node:fs/promises";
import { DeltaError } from "@asyncdelta/kernel-core";
import { chromeTrace } from "./chrome-trace.js";
import type { Trace } from "./trace.js";
import { tracePage } from "./trace-page.js";

/** Throws `INVALID_ARGUMENT` unless a trace can be written to a file of this name. */
export function checkTraceFile(file: string): void {
  if (/\.(?:html|json)$/i.test(file)) return;
  throw new DeltaError(
    "INVALID_ARGUMENT",
    `A trace is written as .html (to look at) or .json (for Perfetto), not as ${file}.`,
  );
}

/**
 * Writes a trace to a file: as an HTML page if its name ends in `.html`, as Chrome's trace format, which Perfetto opens, if
 * it ends in `.json`.
 *
 * @throws DeltaError `INVALID_ARGUMENT`; what `node:fs` throws
 */
export async function writeTrace(trace: Trace, file: string): Promise<void> {
  checkTraceFile(file);
  await writeFile(file, /\.html$/i.test(file) ? tracePage(trace) : JSON.stringify(chromeTrace([trace])));
}
