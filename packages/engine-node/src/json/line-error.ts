import { DeltaError } from "@asyncdelta/kernel-core";

/** Where a bad line is. */
export interface LinePosition {
  /** URL of the file. */
  readonly path: string;
  /** 1 for the first. */
  readonly line: number;
  /** Byte of the file at which line 1 starts, when it is not the file's first. */
  readonly from?: number | undefined;
}

/** The `LOG_CORRUPT` error of a line that cannot be understood. */
export function lineError({ path, line, from = 0 }: LinePosition, reason: string, cause?: unknown): DeltaError {
  const where = from === 0 ? `line ${line}` : `line ${line} after byte ${from}`;
  return new DeltaError("LOG_CORRUPT", `${path}, ${where}: ${reason}`, { path, cause });
}
