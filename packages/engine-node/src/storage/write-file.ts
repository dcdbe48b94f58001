import { randomBytes } from "node:crypto";
import { type FileHandle, link, lstat, mkdir, open, rename, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DeltaError, type PutOptions, throwIfAborted } from "@asyncdelta/kernel-core";
import { fileError, isAbsent } from "./file-error.js";
import { pathOf } from "./file-url.js";
import { temporaryName } from "./temporary-name.js";

/** Bytes of one request to the thread pool: an abort waits for no more than that. */
const STEP_BYTES = 4 * 1024 * 1024;

/** What `link` says on file systems without hard links: FAT, some network and FUSE mounts. */
const NO_LINKS = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EINVAL"]);
const UNFLUSHABLE = new Set(["EACCES", "EPERM", "EISDIR", "EINVAL", "ENOTSUP"]);

/**
 * `Storage.put` for local files. The bytes go to a temporary file beside the final one and are flushed to the device;
 * then a hard link (`create`: it fails if the name is taken) or a rename (`overwrite`) makes them visible at once.
 */
export async function writeFile(
  url: string,
  bytes: Uint8Array,
  { mode, signal }: PutOptions,
): Promise<"created" | "exists" | "overwritten"> {
  const path = pathOf(url);
  throwIfAborted(signal);
  const directory = dirname(path);
  const temporary = join(directory, temporaryName(randomBytes(8)));
  try {
    if (mode === "create" && (await isTaken(path))) return "exists";
    await writeTemporary(temporary, bytes, signal);
    try {
      throwIfAborted(signal);
      if (mode === "overwrite") await rename(temporary, path);
      else if (!(await linkUnlessTaken(temporary, path, url))) return "exists";
    } finally {
      await unlink(temporary).catch(ignoreAbsent);
    }
    await flushDirectory(directory);
    return mode === "create" ? "created" : "overwritten";
  } catch (error) {
    throw fileError(error, url);
  }
}

/** `Storage.delete` for local files. */
export async function deleteFile(url: string, signal: AbortSignal | undefined): Promise<void> {
  const path = pathOf(url);
  throwIfAborted(signal);
  try {
    await unlink(path).catch(ignoreAbsent);
  } catch (error) {
    throw fileError(error, url);
  }
}

async function isTaken(path: string): Promise<boolean> {
  const stats = await lstat(path).catch(ignoreAbsent);
  return stats !== undefined;
}

async function linkUnlessTaken(temporary: string, path: string, url: string): Promise<boolean> {
  try {
    await link(temporary, path);
    return true;
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    if (!NO_LINKS.has(code)) throw error;
    const message = `${url}: this file system has no hard links (${code}), so a file cannot be created atomically, and a commit could be lost. Nothing was written. Put the table on a file system with hard links.`;
    throw new DeltaError("STORAGE_FAILED", message, { path: url, cause: error });
  }
}

async function writeTemporary(path: string, bytes: Uint8Array, signal: AbortSignal | undefined): Promise<void> {
  const file = await createInDirectory(path);
  try {
    for (let at = 0; at < bytes.length; ) {
      throwIfAborted(signal);
      at += (await file.write(bytes, at, Math.min(STEP_BYTES, bytes.length - at))).bytesWritten;
    }
    await file.sync();
  } catch (error) {
    await file.close();
    await unlink(path).catch(ignoreAbsent);
    throw error;
  }
  await file.close();
}

async function createInDirectory(path: string): Promise<FileHandle> {
  try {
    return await open(path, "wx");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  await makeDirectory(dirname(path));
  return open(path, "wx");
}

/** Makes a directory and its parents, as lasting as the file that is to come. */
async function makeDirectory(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  const above = dirname(first);
  for (let made = dirname(path); made.length >= above.length; made = dirname(made)) {
    await flushDirectory(made);
    if (made === dirname(made)) return;
  }
}

/** After this a crash cannot undo what was done in the directory, where the system can promise that. */
async function flushDirectory(path: string): Promise<void> {
  try {
    const directory = await open(path, "r");
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  } catch (error) {
    // The object is there: a directory that may not be opened or flushed (Windows, some mounts) must not hide that.
    if (!UNFLUSHABLE.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}

function ignoreAbsent(error: unknown): undefined {
  if (!isAbsent(error)) throw error;
}
