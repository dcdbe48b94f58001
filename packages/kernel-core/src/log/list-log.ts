import { type ParallelIterator, parallelMap } from "@asyncdelta/parallel";
import type { Engine } from "../engine/engine.js";
import { roundTripOf } from "../engine/round-trip.js";
import type { ListOptions, ObjectMeta, Storage } from "../engine/storage.js";
import { abortedError } from "../errors.js";
import { beforeVersion, paddedVersion } from "./file-name.js";
import { type LogFile, logFile } from "./log-file.js";

/** A page of fewer objects is the last of a listing: stores fill their pages. */
export const FULL_PAGE = 1000;

/** Listings side by side. A log of 10 000 commits then takes three round trips, and not eleven. */
const AT_ONCE = 12;

/** `names` are those of the directory, where they are known. */
export type LogListOptions = Pick<ListOptions, "signal" | "names">;

/**
 * The log's files from a version on, in the order of their names, in pages; foreign names are left out.
 *
 * Each page of a listing begins where the one before ended, so that a long one is a chain of round trips. But names are
 * numbers: once two full pages have shown that it is a long one, and how many versions come in one, the pages behind the next are
 * asked for side by side. After one page the most likely end is the next one, and a dozen listings would have been for nothing.
 */
export async function* listLog(
  engine: Engine,
  logRoot: string,
  fromVersion: number,
  options: LogListOptions,
): AsyncGenerator<readonly LogFile[], void, undefined> {
  const { storage } = engine;
  const { signal } = options;
  let ahead: ParallelIterator<ListedRange> | undefined;
  /** Where that begins. */
  let end = Number.POSITIVE_INFINITY;
  let fullPages = 0;
  try {
    for await (const page of pagesFrom(storage, logRoot, fromVersion, options)) {
      const { files, goesOn, isOver } = logFilesOf(page, logRoot, end);
      yield files;
      if (isOver) return;
      if (goesOn) break;
      if (page.length >= FULL_PAGE) fullPages++;
      // Not before the consumer comes back for more: it may have learnt meanwhile where to begin instead.
      if (ahead === undefined && fullPages === 2 && files.length > 0 && isChain(storage, logRoot)) {
        const last = files.at(-1)!.version;
        // A little less than comes in one page, so that it shows what lies behind.
        const versions = Math.max(1, Math.floor(0.95 * (last - files[0]!.version)));
        // The page behind this one is on its way already.
        end = last + 1 + versions;
        ahead = parallelMap(ranges(end, versions), (range, task) => listRange(engine, logRoot, range, task.signal), {
          concurrency: AT_ONCE,
          eager: true,
          signal,
        });
      }
    }
    if (ahead === undefined || end === Number.POSITIVE_INFINITY) return;
    for await (const { to, pages, isOver } of ahead) {
      yield* pages;
      if (isOver) return;
      if (pages.some((files) => files.length > 0)) continue;
      // Whatever lies behind is far away: better ask where than come to it in ranges.
      await ahead.return();
      for await (const page of pagesFrom(storage, logRoot, to, options)) yield logFilesOf(page, logRoot).files;
      return;
    }
  } catch (error) {
    throw signal?.aborted ? abortedError(signal) : error;
  } finally {
    await ahead?.return();
  }
}

/** All of them. */
export async function listedFiles(
  engine: Engine,
  logRoot: string,
  fromVersion: number,
  options: LogListOptions,
): Promise<LogFile[]> {
  const files: LogFile[] = [];
  for await (const page of listLog(engine, logRoot, fromVersion, options)) files.push(...page);
  return files;
}

function pagesFrom(
  storage: Storage,
  logRoot: string,
  version: number,
  options: LogListOptions,
): AsyncIterable<readonly ObjectMeta[]> {
  const startAfter = beforeVersion(version);
  return storage.list(logRoot, { ...options, ...(startAfter === "" ? {} : { startAfter }) });
}

/** Whether the pages of a listing are waited for one after another. */
function isChain(storage: Storage, logRoot: string): boolean {
  return roundTripOf(storage, logRoot) === "costly" && (storage.listingOf?.(logRoot) ?? "pages") === "pages";
}

/** The versions from `from` to before `to`. */
interface VersionRange {
  readonly from: number;
  readonly to: number;
}

interface ListedRange extends VersionRange {
  readonly pages: readonly (readonly LogFile[])[];
  /** Whether nothing of the log lies behind. */
  readonly isOver: boolean;
}

function* ranges(start: number, versions: number): Generator<VersionRange, void, undefined> {
  for (let from = start; ; from += versions) yield { from, to: from + versions };
}

async function listRange(
  { storage }: Engine,
  logRoot: string,
  range: VersionRange,
  signal: AbortSignal,
): Promise<ListedRange> {
  const { from, to } = range;
  const pages: (readonly LogFile[])[] = [];
  const bounds = { startAfter: beforeVersion(from), endBefore: paddedVersion(to) };
  for await (const page of storage.list(logRoot, { ...bounds, signal })) {
    const { files, goesOn, isOver } = logFilesOf(page, logRoot, to);
    pages.push(files);
    if (goesOn || isOver) return { ...range, pages, isOver };
  }
  return { ...range, pages, isOver: true };
}

/** The log's files of a page that are of versions before `end`. */
function logFilesOf(
  page: readonly ObjectMeta[],
  logRoot: string,
  end: number = Number.POSITIVE_INFINITY,
): {
  readonly files: readonly LogFile[];
  /** Whether it has a name of a version from `end` on. */
  readonly goesOn: boolean;
  /** Whether it has names that sort behind every version, and none of `end` or behind: the log ends here. */
  readonly isOver: boolean;
} {
  const files: LogFile[] = [];
  const bound = end === Number.POSITIVE_INFINITY ? ":" : paddedVersion(end);
  let goesOn = false;
  let isPast = false;
  for (const object of page) {
    const name = object.url.slice(logRoot.length);
    // `_last_checkpoint` and all that follows sorts behind every version.
    if (name.charCodeAt(0) > 0x39) isPast = true;
    else if (name >= bound) goesOn = true;
    else {
      const file = logFile(object);
      if (file !== undefined) files.push(file);
    }
  }
  return { files, goesOn, isOver: isPast && !goesOn };
}
