import type { Engine } from "../engine/engine.js";
import type { StorageOptions } from "../engine/storage.js";
import { beforeVersion } from "./file-name.js";
import { type LogFile, logFile } from "./log-file.js";

/** The log's files from a version on, in the order of their names, in pages; foreign names are left out. */
export async function* listLog(
  engine: Engine,
  logRoot: string,
  fromVersion: number,
  options: StorageOptions,
): AsyncGenerator<readonly LogFile[], void, undefined> {
  const startAfter = beforeVersion(fromVersion);
  const pages = engine.storage.list(logRoot, { ...options, ...(startAfter === "" ? {} : { startAfter }) });
  for await (const page of pages) {
    const files: LogFile[] = [];
    let past = false;
    for (const object of page) {
      const file = logFile(object);
      if (file !== undefined) files.push(file);
      // `_last_checkpoint` and all that follows sorts behind every version.
      else past ||= object.url.charCodeAt(logRoot.length) > 0x39;
    }
    yield files;
    if (past) return;
  }
}
