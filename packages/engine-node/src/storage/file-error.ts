import { DeltaError, type DeltaErrorCode, isDeltaError } from "@asyncdelta/kernel-core";

/** Codes of `errno` that say there is no such object, rather than that something failed. */
const ABSENT = new Set(["ENOENT", "ENOTDIR", "EISDIR"]);

const REASONS: Readonly<Record<string, readonly [code: DeltaErrorCode, advice: string]>> = {
  EACCES: ["ACCESS_DENIED", "Permission denied: check who owns the file and its directory, and their modes."],
  EPERM: ["ACCESS_DENIED", "The operating system does not permit it: check the owner, the mode and the attributes."],
  EROFS: ["ACCESS_DENIED", "The file system is mounted read-only."],
  EMFILE: [
    "STORAGE_FAILED",
    "This process has too many files open: raise `ulimit -n`, or lower the engine's `requests`.",
  ],
  ENFILE: ["STORAGE_FAILED", "The system has too many files open: raise its limit, or lower the engine's `requests`."],
  ENOSPC: ["STORAGE_FAILED", "No space is left on the device."],
  EDQUOT: ["STORAGE_FAILED", "The disk quota is used up."],
  ENAMETOOLONG: ["STORAGE_FAILED", "The name is longer than the file system allows."],
  ELOOP: ["STORAGE_FAILED", "The symbolic links of this path lead in a circle."],
  EIO: ["STORAGE_FAILED", "The device failed to read or write."],
};

/** Whether a failure of the file system means that there is nothing at this path that could be an object. */
export function isAbsent(error: unknown): boolean {
  return ABSENT.has(errnoOf(error));
}

/** What a failure of the file system is in the words of the storage contract; a `DeltaError` stays as it is. */
export function fileError(error: unknown, url: string): DeltaError {
  if (isDeltaError(error)) return error;
  const facts = { path: url, cause: error };
  const errno = errnoOf(error);
  if (errno === "EISDIR") return new DeltaError("FILE_NOT_FOUND", `${url} is a directory, not a file.`, facts);
  if (isAbsent(error)) return new DeltaError("FILE_NOT_FOUND", `There is no file ${url}.`, facts);
  if (errno.startsWith("ERR_INVALID_")) return invalidUrl(url, error);
  const [code, advice] = REASONS[errno] ?? ["STORAGE_FAILED", error instanceof Error ? error.message : String(error)];
  return new DeltaError(code, `${url}: ${advice}`, facts);
}

/** The error of a URL that names no local file. */
export function invalidUrl(url: string, cause?: unknown): DeltaError {
  const message = `Not the absolute, percent-encoded URL of a local file: ${url}`;
  return new DeltaError("INVALID_ARGUMENT", message, { path: url, cause });
}

function errnoOf(error: unknown): string {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === "string" ? code : "";
}
