import { open, writeFile } from "node:fs/promises";
import { DeltaError } from "@asyncdelta/kernel-core";
import { fileError, isAbsent } from "../storage/file-error.js";
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
 * Makes sure, before there is a trace, that it can be written to this file: makes it where it is not there, and leaves what is
 * in it.
 *
 * @throws DeltaError `INVALID_ARGUMENT` for a name that ends otherwise, a folder, and one in a folder that does not exist;
 * `ACCESS_DENIED`, `STORAGE_FAILED`
 */
export async function prepareTraceFile(file: string): Promise<void> {
  checkTraceFile(file);
  try {
    await (await open(file, "a")).close();
  } catch (error) {
    throw notWritten(file, error);
  }
}

/**
 * Writes a trace to a file: as an HTML page if its name ends in `.html`, as Chrome's trace format, which Perfetto opens, if
 * it ends in `.json`.
 *
 * @throws DeltaError `INVALID_ARGUMENT`, `ACCESS_DENIED`, `STORAGE_FAILED`, as {@link prepareTraceFile} does
 */
export async function writeTrace(trace: Trace, file: string): Promise<void> {
  checkTraceFile(file);
  const text = /\.html$/i.test(file) ? tracePage(trace) : JSON.stringify(chromeTrace([trace]));
  try {
    await writeFile(file, text);
  } catch (error) {
    throw notWritten(file, error);
  }
}

function notWritten(file: string, cause: unknown): DeltaError {
  if (isAbsent(cause)) {
    const message = `The trace cannot be written to ${file}: give a file in a folder that is there.`;
    return new DeltaError("INVALID_ARGUMENT", message, { path: file, cause });
  }
  const { code, message } = fileError(cause, file);
  return new DeltaError(code, `The trace cannot be written. ${message}`, { path: file, cause });
}
