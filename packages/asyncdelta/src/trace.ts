/** How a trace is written. */
export interface TraceOptions {
  /** Heads the page. Credentials in a URL are left out of it. */
  readonly title?: string | undefined;
}

/**
 * Runs `work`, and writes a timeline of what all tables of this process did meanwhile: requests, worker threads, the main
 * thread. A file that ends in `.html` is a page to look at, one in `.json` is for ui.perfetto.dev. The timeline of work
 * that fails is written too, and then its error thrown.
 *
 * @example
 * const rows = await trace("scan.html", () => table.scan().count());
 *
 * @throws DeltaError `INVALID_ARGUMENT`, before anything is run, where the file's name ends otherwise; what `work` throws
 */
export async function trace<T>(file: string, work: () => Promise<T>, options: TraceOptions = {}): Promise<T> {
  const { checkTraceFile, recordTrace, shownUrl, writeTrace } = await import("@asyncdelta/engine-node/trace");
  checkTraceFile(file);
  const recorder = recordTrace(shownUrl(options.title) ?? "asyncdelta");
  try {
    return await work();
  } finally {
    await writeTrace(recorder.stop(), file);
  }
}
