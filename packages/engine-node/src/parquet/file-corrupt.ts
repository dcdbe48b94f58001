import { DeltaError, isDeltaError } from "@asyncdelta/kernel-core/errors";

/** The error for a Parquet file whose bytes make no sense. `why` is half a sentence. */
export function fileCorrupt(url: string, why: string, facts: { cause?: unknown; column?: string } = {}): DeltaError {
  const { column } = facts;
  const where = column === undefined ? url : `column "${column}" of ${url}`;
  return new DeltaError("FILE_CORRUPT", `Cannot decode ${where}: ${why}. Restore the file, or write it anew.`, {
    path: url,
    ...facts,
  });
}

/** What a decoder threw, as the error of its file; a {@link DeltaError} stays as it is, but for the path. */
export function asFileCorrupt(error: unknown, url: string, column?: string): DeltaError {
  if (isDeltaError(error)) {
    if (error.path !== undefined || error.code === "ABORTED") return error;
    const { code, message, column: named = column, cause } = error;
    return new DeltaError(code, `${message} (${url})`, {
      path: url,
      ...(named === undefined ? {} : { column: named }),
      ...(cause === undefined ? {} : { cause }),
    });
  }
  const why = error instanceof Error ? error.message : String(error);
  return fileCorrupt(url, why, column === undefined ? { cause: error } : { cause: error, column });
}
