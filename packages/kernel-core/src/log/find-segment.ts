import { stoppedOnFailure } from "../abort.js";
import type { Engine } from "../engine/engine.js";
import { roundTripOf } from "../engine/round-trip.js";
import { DeltaError } from "../errors.js";
import { type LastCheckpoint, readLastCheckpoint } from "./last-checkpoint.js";
import { FULL_PAGE, listLog } from "./list-log.js";
import type { LogFile } from "./log-file.js";
import { chooseSegment, type LogSegment } from "./log-segment.js";

export interface FindSegmentOptions {
  /** Absent means the newest. */
  readonly version?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told of the hint as soon as it is known, so that the checkpoint's footer can be fetched beside the listing. */
  readonly onHint?: ((hint: LastCheckpoint) => void) | undefined;
}

/**
 * Finds the files of a version: one listing from the hinted checkpoint on, or of the whole log where there is no hint
 * that helps. Where round trips are costly the first page of the whole log is asked for beside the hint.
 *
 * @throws DeltaError `TABLE_NOT_FOUND`, `VERSION_NOT_FOUND`, `LOG_GAP`
 */
export async function findSegment(engine: Engine, logRoot: string, options: FindSegmentOptions): Promise<LogSegment> {
  let whole: WholeListing | undefined;
  try {
    return await stoppedOnFailure(options.signal, (signal) => {
      whole = new WholeListing(engine, logRoot, signal);
      return search(engine, logRoot, whole, { ...options, signal });
    });
  } finally {
    await whole?.close();
  }
}

async function search(
  engine: Engine,
  logRoot: string,
  whole: WholeListing,
  { version, signal, onHint }: FindSegmentOptions,
): Promise<LogSegment> {
  const { storage } = engine;
  const isCostly = roundTripOf(storage, logRoot) === "costly";
  if (isCostly && storage.listingOf?.(logRoot) !== "probes") whole.start();
  const hint = await Promise.race([readLastCheckpoint(engine, logRoot, { signal }), whole.failure()]);
  if (hint !== undefined && hint.version <= (version ?? hint.version) && !(await whole.isComplete())) {
    onHint?.(hint);
    if (!(await whole.hasReached(hint.version))) {
      whole.stop();
      const files = await collect(listLog(engine, logRoot, hint.version, { signal }));
      const segment = hintedSegment(logRoot, files, version);
      if (segment !== undefined) return segment;
    }
  }
  const segment = chooseSegment(logRoot, await whole.all(), version);
  if (segment === undefined) throw noTable(logRoot);
  return segment;
}

/** The segment of a listing that starts at a hint, unless the hint led astray. */
function hintedSegment(
  logRoot: string,
  files: readonly LogFile[],
  version: number | undefined,
): LogSegment | undefined {
  try {
    const segment = chooseSegment(logRoot, files, version);
    return segment?.checkpoint === undefined ? undefined : segment;
  } catch {
    // Whatever is wrong here, the whole log says it better.
    return undefined;
  }
}

function noTable(logRoot: string): DeltaError {
  const table = logRoot.slice(0, -"_delta_log/".length);
  return new DeltaError(
    "TABLE_NOT_FOUND",
    `There is no Delta table at ${table}: its _delta_log holds no commit and no checkpoint. Check the path.`,
    { path: table },
  );
}

/** A listing of the whole log that can be begun before it is known to be needed. */
class WholeListing {
  readonly #list: () => AsyncGenerator<readonly LogFile[], void, undefined>;
  #pages: AsyncGenerator<readonly LogFile[], void, undefined>;
  readonly #files: LogFile[] = [];
  #first: Promise<IteratorResult<readonly LogFile[], void>> | undefined;
  #stopping: Promise<unknown> | undefined;
  #done = false;

  constructor(engine: Engine, logRoot: string, signal: AbortSignal | undefined) {
    this.#list = () => listLog(engine, logRoot, 0, { signal });
    this.#pages = this.#list();
  }

  /** Most likely it is not needed: it begins again if it is. */
  stop(): void {
    this.#stopping = this.#pages.return().catch(() => {});
    this.#pages = this.#list();
    this.#first = undefined;
  }

  start(): void {
    this.#first ??= this.#pages.next();
    this.#first.catch(() => {});
  }

  /** Rejects when the first page, if it was asked for, cannot be had; settles in no other way. */
  failure(): Promise<never> {
    return new Promise((_, reject) => {
      this.#first?.catch(reject);
    });
  }

  /** Whether the first page, if it was asked for, was also the last. */
  async isComplete(): Promise<boolean> {
    if (this.#first === undefined) return false;
    const page = await this.#first;
    if (page.done === true || page.value.length >= FULL_PAGE) return page.done === true;
    await this.all();
    return true;
  }

  /** Whether the first page, if it was asked for, goes up to this version: what is behind it is nearer than a listing from there. */
  async hasReached(version: number): Promise<boolean> {
    const page = await this.#first;
    return page !== undefined && page.done !== true && (page.value.at(-1)?.version ?? -1) >= version;
  }

  async all(): Promise<readonly LogFile[]> {
    this.start();
    for (let page = await this.#first!; !this.#done; page = await this.#pages.next()) {
      if (page.done === true) this.#done = true;
      else this.#files.push(...page.value);
    }
    return this.#files;
  }

  async close(): Promise<void> {
    await this.#stopping;
    await this.#pages.return();
  }
}

async function collect(pages: AsyncIterable<readonly LogFile[]>): Promise<LogFile[]> {
  const files: LogFile[] = [];
  for await (const page of pages) files.push(...page);
  return files;
}
