import { stoppedOnFailure } from "../abort.js";
import type { Engine } from "../engine/engine.js";
import { roundTripOf } from "../engine/round-trip.js";
import { DeltaError } from "../errors.js";
import { type LastCheckpoint, readLastCheckpoint } from "./last-checkpoint.js";
import { listedFiles } from "./list-log.js";
import type { LogFile } from "./log-file.js";
import { chooseSegment, type LogSegment } from "./log-segment.js";
import { NamesAhead } from "./names-ahead.js";
import { WholeListing } from "./whole-listing.js";

export interface FindSegmentOptions {
  /** Absent means the newest. */
  readonly version?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told of the hint as soon as it is known, so that the checkpoint's footer can be fetched beside the listing. */
  readonly onHint?: ((hint: LastCheckpoint) => void) | undefined;
}

/**
 * Finds the files of a version: one listing from the hinted checkpoint on, or of the whole log where there is no hint
 * that helps. Where round trips are costly the first page of the whole log is asked for beside the hint; where there are
 * names, they are read beside it.
 *
 * @throws DeltaError `TABLE_NOT_FOUND`, `VERSION_NOT_FOUND`, `LOG_GAP`
 */
export async function findSegment(engine: Engine, logRoot: string, options: FindSegmentOptions): Promise<LogSegment> {
  let whole: WholeListing | undefined;
  let names: NamesAhead | undefined;
  try {
    return await stoppedOnFailure(options.signal, (signal) => {
      whole = new WholeListing(engine, logRoot, signal);
      names = new NamesAhead(engine.storage, logRoot, signal);
      return search(engine, logRoot, { whole, names }, { ...options, signal });
    });
  } finally {
    await whole?.close();
    await names?.close();
  }
}

/** What is begun beside the hint. */
interface Ahead {
  readonly whole: WholeListing;
  readonly names: NamesAhead;
}

async function search(
  engine: Engine,
  logRoot: string,
  { whole, names }: Ahead,
  { version, signal, onHint }: FindSegmentOptions,
): Promise<LogSegment> {
  const { storage } = engine;
  const isCostly = roundTripOf(storage, logRoot) === "costly";
  if (isCostly && storage.listingOf?.(logRoot) !== "probes") whole.start();
  const hint = await Promise.race([readLastCheckpoint(engine, logRoot, { signal }), whole.failure(), names.failure()]);
  if (hint !== undefined && hint.version <= (version ?? hint.version) && !(await whole.isComplete())) {
    onHint?.(hint);
    if (!(await whole.hasReached(hint.version))) {
      whole.stop();
      const files = await listedFiles(engine, logRoot, hint.version, { signal, names: await names.take() });
      const segment = hintedSegment(logRoot, files, version);
      if (segment !== undefined) return segment;
    }
  }
  const segment = chooseSegment(logRoot, await whole.all(await names.take()), version);
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
