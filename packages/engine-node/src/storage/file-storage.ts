import { type ObjectMeta, type Storage, throwIfAborted } from "@asyncdelta/kernel-core";
import { fileError, isAbsent } from "./file-error.js";
import { metaOf, statFile } from "./file-meta.js";
import { pathOf } from "./file-url.js";
import { listDirectory, namesInDirectory } from "./list-directory.js";
import { readFile, readFileRanges, streamFile } from "./read-file.js";

/**
 * Local files, by `file:` URLs. Nothing is kept open between calls. Writes are atomic and last through a crash; a file
 * system without hard links refuses `create`.
 */
export function fileStorage(): Storage {
  return {
    roundTrip: "cheap",
    listingOf: () => "names",
    names: (directory, options = {}) => namesInDirectory(directory, options),
    list: (directory, options = {}) => listDirectory(directory, options),
    read: (url, options = {}) => readFile(url, options),
    readRanges: (url, ranges, options = {}) => readFileRanges(url, ranges, options),
    stream: (url, options = {}) => streamFile(url, options),
    head: (url, { signal } = {}) => headFile(url, signal),
    // Loaded by who writes: node:crypto, for names that nobody else has, would cost every reader 4 ms.
    put: async (url, bytes, options) => (await import("./write-file.js")).writeFile(url, bytes, options),
    delete: async (url, { signal } = {}) => (await import("./write-file.js")).deleteFile(url, signal),
  };
}

async function headFile(url: string, signal: AbortSignal | undefined): Promise<ObjectMeta | undefined> {
  const path = pathOf(url);
  throwIfAborted(signal);
  try {
    const stats = await statFile(path);
    throwIfAborted(signal);
    return stats.isFile() ? metaOf(url, stats) : undefined;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw fileError(error, url);
  }
}
