import { onAbort, parallelMap } from "@asyncdelta/parallel";
import type { TableActions } from "../actions/commit-actions.js";
import type { Engine } from "../engine/engine.js";
import type { StorageOptions } from "../engine/storage.js";
import { CheckpointReader } from "./checkpoint-reader.js";
import { hasContradiction } from "./contradiction.js";
import type { CommitFile, CompactionFile, LogSegment } from "./log-segment.js";
import { type CommitReading, readCommit } from "./read-commit.js";
import { skimTableActions } from "./stream-rest.js";

/** A file that is read instead of the commits of a range of versions: the commit itself, or a compaction of several. */
interface ReplayUnit {
  readonly file: CommitFile | CompactionFile;
  /** The commits that a compaction replaces. */
  readonly instead: readonly CommitFile[];
}

/**
 * Reads the files of one segment, each byte at most once, and keeps what a later operation on the same snapshot needs:
 * the actions of commits, and the checkpoint's footers and table actions.
 */
export class SegmentReader {
  readonly #engine: Engine;
  readonly segment: LogSegment;
  /** The checkpoint at the segment's start. */
  readonly checkpoint: CheckpointReader | undefined;
  readonly #readings: Map<string, CommitReading>;
  readonly #skimmed = new Map<string, TableActions>();

  /**
   * `previous` is the reader of an earlier snapshot of the same table, whose readings are taken over; `ahead` one of the
   * segment's checkpoint, if that has been begun.
   */
  constructor(engine: Engine, segment: LogSegment, previous?: SegmentReader, ahead?: CheckpointReader) {
    this.#engine = engine;
    this.segment = segment;
    this.#readings = new Map(previous?.readings());
    const { checkpoint, logRoot } = segment;
    if (checkpoint !== undefined) {
      const known = previous?.segment.checkpoint?.files[0]?.url === checkpoint.files[0]?.url;
      this.checkpoint = known ? previous?.checkpoint : (ahead ?? new CheckpointReader(engine, logRoot, checkpoint));
    }
  }

  readings(): Map<string, CommitReading> {
    return this.#readings;
  }

  /**
   * Every commit of the segment behind `after` (or a compaction in the place of several), newest first, many under way at
   * once. What the checkpoint says of the table is read beside them if its files are wanted next.
   */
  async *commits(
    options: StorageOptions & { readonly after?: number | undefined; readonly thenCheckpoint?: boolean | undefined },
  ): AsyncGenerator<CommitReading, void, undefined> {
    const { after = -1, thenCheckpoint = false, signal } = options;
    const units = replayUnits(this.segment).filter(({ file }) => lastVersion(file) > after);
    const known = units.map((unit) => this.#known(unit));
    if (known.every((group) => group !== undefined)) {
      for (const group of known) yield* group;
      return;
    }
    const beside = new AbortController();
    const stopWaiting = onAbort(signal, () => beside.abort(signal?.reason));
    // What is wrong with it is said when its turn comes.
    const checkpoint = thenCheckpoint
      ? this.checkpoint?.tableActions({ signal: beside.signal }).catch(() => {})
      : undefined;
    const readings = parallelMap(oneByOne(units), (unit, { signal }) => this.#readUnit(unit, signal), {
      concurrency: this.#engine.limits.requests,
      signal,
    });
    try {
      for await (const group of readings) yield* group;
      await checkpoint;
    } finally {
      stopWaiting();
      beside.abort();
      await checkpoint;
    }
  }

  async #readUnit(unit: ReplayUnit, signal: AbortSignal): Promise<readonly CommitReading[]> {
    await this.read(unit.file, { signal });
    const known = this.#known(unit);
    if (known !== undefined) return known;
    // A compaction that was not reconciled does not say which of two actions is the newer: its commits do.
    return Promise.all(unit.instead.map((file) => this.read(file, { signal })));
  }

  /** The readings of a unit, if all have been made. */
  #known(unit: ReplayUnit): readonly CommitReading[] | undefined {
    const reading = this.#readings.get(unit.file.url);
    if (reading === undefined) return undefined;
    if (unit.file.kind === "commit") return [reading];
    // Whether one that is too large to hold was reconciled is not known either.
    if (reading.rest === undefined && !hasContradiction(reading.actions)) return [reading];
    const commits = unit.instead.map((file) => this.#readings.get(file.url));
    return commits.every((commit) => commit !== undefined) ? commits : undefined;
  }

  /** One commit or compaction of the segment. */
  async read(file: CommitFile | CompactionFile, options: StorageOptions): Promise<CommitReading> {
    const known = this.#readings.get(file.url);
    if (known !== undefined) return known;
    const reading = await readCommit(this.#engine, file, { ...options, whole: file.kind === "compaction" });
    this.#readings.set(file.url, reading);
    return reading;
  }

  /** The table actions behind the head of a large commit. */
  async skim(reading: CommitReading, options: StorageOptions): Promise<TableActions> {
    let actions = this.#skimmed.get(reading.at.path);
    if (actions === undefined) {
      actions = await skimTableActions(this.#engine, reading, options);
      this.#skimmed.set(reading.at.path, actions);
    }
    return actions;
  }
}

/** Begun one after the other: the checkpoint's footer, which more depends on, is then asked for before most of the commits. */
async function* oneByOne<T>(items: readonly T[]): AsyncGenerator<T, void, undefined> {
  yield* items;
}

function lastVersion(file: CommitFile | CompactionFile): number {
  return file.kind === "commit" ? file.version : file.endVersion;
}

/** What to read for the commits of a segment, newest first. */
function replayUnits(segment: LogSegment): ReplayUnit[] {
  const units: ReplayUnit[] = [];
  const { commits, compactions } = segment;
  let compaction = compactions.length - 1;
  for (let i = commits.length - 1; i >= 0; ) {
    const file = compactions[compaction];
    if (file !== undefined && file.endVersion === commits[i]!.version) {
      const first = i - (file.endVersion - file.version);
      units.push({ file, instead: commits.slice(first, i + 1).reverse() });
      i = first - 1;
      compaction--;
    } else {
      units.push({ file: commits[i]!, instead: [] });
      i--;
    }
  }
  return units;
}
