import type { Engine } from "../engine/engine.js";
import { listedFiles } from "./list-log.js";
import type { LogFile } from "./log-file.js";

/** A listing whose names are being read, wherever it is to begin. */
export class NamesListing {
  readonly #list: (from: number | Promise<number>) => Promise<readonly LogFile[]>;
  readonly #files: Promise<readonly LogFile[]>;
  #begin!: (version: number) => void;
  #hasBegun = false;

  constructor(engine: Engine, logRoot: string, signal: AbortSignal | undefined) {
    this.#list = (from) => listedFiles(engine, logRoot, from, { signal });
    this.#files = this.#list(
      new Promise((resolve) => {
        this.#begin = resolve;
      }),
    );
    this.#files.catch(() => {});
  }

  /** The files from a version on; those of a second version are listed anew. */
  from(version: number): Promise<readonly LogFile[]> {
    if (this.#hasBegun) return this.#list(version);
    this.#hasBegun = true;
    this.#begin(version);
    return this.#files;
  }

  /** Waits until nothing of it goes on. */
  async close(): Promise<void> {
    // No file is of a version behind that, so that none is asked for.
    this.#begin(Number.MAX_SAFE_INTEGER);
    await this.#files.catch(() => {});
  }
}
