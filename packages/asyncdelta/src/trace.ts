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
 * @throws DeltaError before anything is run, where the file cannot be written: `INVALID_ARGUMENT` where its name ends
 * otherwise or its folder is not there, `ACCESS_DENIED`, `STORAGE_FAILED`. Then what `work` throws; or the same codes, where
 * work has succeeded and the file can be written no more, as when the disk is full
 */
export async function trace<T>(file: string, work: () => Promise<T>, options: TraceOptions = {}): Promise<T> {
  const { prepareTraceFile, recordTrace, shownUrl, writeTrace } = await import("@asyncdelta/engine-node/trace");
  await prepareTraceFile(file);
  const recorder = recordTrace(shownUrl(options.title) ?? "asyncdelta");
  const write = () => writeTrace(recorder.stop(), file);
  let result: T;
  try {
    result = await work();
  } catch (error) {
    // Who called is to know why the work failed, whatever becomes of the file.
    await write().catch(() => {});
    throw error;
  }
  await write();
  return result;
}
