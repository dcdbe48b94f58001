import type { ObjectMeta } from "../engine/storage.js";
import { type LogFileName, parseLogFileName } from "./file-name.js";

/** A file of the log, as a listing found it. */
export type LogFile = LogFileName & ObjectMeta;

/** The log file of a listed object, or `undefined` for a foreign name. */
export function logFile(object: ObjectMeta): LogFile | undefined {
  const name = parseLogFileName(object.url.slice(object.url.lastIndexOf("/") + 1));
  return name === undefined ? undefined : { ...name, ...object };
}
