import type { Engine } from "../engine/engine.js";
import { roundTripOf } from "../engine/round-trip.js";
import type { Checkpoint } from "./checkpoint.js";
import { CheckpointReader } from "./checkpoint-reader.js";
import { paddedVersion } from "./file-name.js";
import type { LastCheckpoint } from "./last-checkpoint.js";
import { logFile } from "./log-file.js";

/**
 * A disk lists the log of fewer versions in less time than a footer takes: 6000 commits and their checkpoints take it 5 ms, 100 take
 * less than one.
 */
const LONG_LOG = 1000;

/**
 * The checkpoint that a hint names, read beside the listing, since nearly always it is the one that is needed: its footer, and
 * on a disk, where that may be there first, also what it says of the table.
 */
export class CheckpointAhead {
  readonly #engine: Engine;
  readonly #logRoot: string;
  #reader: CheckpointReader | undefined;
  #isListed = false;

  constructor(engine: Engine, logRoot: string) {
    this.#engine = engine;
    this.#logRoot = logRoot;
  }

  /** Begins to read what the hint names, if that is one file of known size. It may turn out not to be there. */
  begin(hint: LastCheckpoint, signal: AbortSignal | undefined): void {
    const isCheap = roundTripOf(this.#engine.storage, this.#logRoot) === "cheap";
    const checkpoint = isCheap && hint.version < LONG_LOG ? undefined : hintedFile(this.#logRoot, hint);
    if (checkpoint === undefined) return;
    this.#reader = new CheckpointReader(this.#engine, this.#logRoot, checkpoint);
    this.#reader.readAhead({ signal }, () => isCheap && !this.#isListed);
  }

  /** Its reader, now that the listing is there, if it is of the checkpoint that is needed. */
  take(checkpoint: Checkpoint | undefined): CheckpointReader | undefined {
    this.#isListed = true;
    return checkpoint !== undefined && this.#reader?.isOf(checkpoint) ? this.#reader : undefined;
  }
}

function hintedFile(logRoot: string, { version, parts, sizeInBytes, path }: LastCheckpoint): Checkpoint | undefined {
  if (parts !== undefined || sizeInBytes === undefined) return undefined;
  const name = path ?? `${paddedVersion(version)}.checkpoint.parquet`;
  const file = logFile({ url: logRoot + name, size: sizeInBytes, lastModified: 0 });
  if (file?.kind !== "checkpoint" || file.format !== "parquet" || file.version !== version) return undefined;
  return name.includes("/") || "parts" in file ? undefined : { version, files: [file] };
}
