import { isDeltaError } from "asyncdelta";
import { Watchdog } from "../bad-bytes/watchdog.js";
import { type Behind, type KnownTable, Lake } from "./lake.js";
import { mixtureOf } from "./mixture.js";
import { readThrough } from "./read-through.js";
import { secretIn } from "./secrets.js";
import type { StoreOptions } from "./store-over.js";

/** In what a reading may end that had only faults of the store to meet. */
const CODES: ReadonlySet<string> = new Set([
  "STORAGE_FAILED",
  "ACCESS_DENIED",
  "FILE_NOT_FOUND",
  "FILE_CHANGED",
  "TABLE_NOT_FOUND",
  "LOG_GAP",
]);

/** Mixtures read at once: most of their time, one waits. */
const WENT_ON = "requests went on";
const AT_ONCE = 4;

export interface MixturesOptions {
  /** A server before the store, of which each mixture has its own. */
  readonly open?: (known: KnownTable) => Promise<Behind>;
  readonly store?: StoreOptions;
  /** Whether it has no listings, and asks for each object. */
  readonly absences?: boolean;
  /** In what else a reading may end. */
  readonly codes?: readonly string[];
}

/** Runs mixtures of faults over tables, watched, and counts what became of them. */
export class Mixtures {
  readonly faults = new Map<string, number>();
  readonly ends = new Map<string, number>();
  readonly #tables: readonly KnownTable[];
  readonly #options: MixturesOptions;
  readonly #watchdog = new Watchdog();

  /** `options`: of a store other than objects in memory that speak as S3. */
  constructor(tables: readonly KnownTable[], options: MixturesOptions = {}) {
    this.#tables = tables;
    this.#options = options;
  }

  /** Runs the seeds from `from` to before `to`, and gives what is wrong with them. */
  async run(from: number, to: number): Promise<string[]> {
    const chosen = process.env.ASYNCDELTA_CASE;
    const found: string[] = [];
    let next = from;
    const one = async () => {
      while (next < to && found.length < 10) {
        const seed = next++;
        if (chosen !== undefined && chosen !== String(seed)) continue;
        let objection = await this.#objection(seed);
        // The server of a busy machine may be late to notice an end. What really goes on does so again.
        for (let again = 0; again < 2 && objection?.includes(WENT_ON); again++) objection = await this.#objection(seed);
        if (objection !== undefined) found.push(`ASYNCDELTA_CASE=${seed}: ${objection}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, one));
    return found;
  }

  async end(): Promise<void> {
    await this.#watchdog.stop();
    for (const [what, counts] of [
      ["ends", this.ends],
      ["faults", this.faults],
    ] as const) {
      const sorted = [...counts].sort((a, b) => b[1] - a[1]);
      console.info(`${what}: ${sorted.map((entry) => entry.join(" ")).join(", ")}`);
    }
  }

  async #objection(seed: number): Promise<string | undefined> {
    const known = this.#tables[seed % this.#tables.length]!;
    const { name } = known.table;
    this.#watchdog.beat(`mixture ${seed} of ${name}`);
    const { plan, pageSize, played, hasLagged } = mixtureOf(seed, this.#options);
    const lake = await (this.#options.open?.(known) ?? Lake.start([known.table]));
    lake.server.plan = plan;
    try {
      const store = { firstByteMs: 250, idleMs: 250, retries: 4, rotates: true, pageSize, ...this.#options.store };
      const { contents, error, left } = await readThrough(lake, name, store);
      count(this.ends, isDeltaError(error) ? error.code : error === undefined ? "rows" : "untyped");
      for (const [fault, times] of played) count(this.faults, fault, times);
      const story = () => `${name}\n${lake.server.log}`;
      if (left > 0) return `${left} ${WENT_ON}, ${story()}`;
      if (error === undefined) {
        if (contents!.version !== known.latest && !hasLagged()) return `gave version ${contents!.version}, ${story()}`;
        const right = await known.at(contents!.version);
        return JSON.stringify(contents) === JSON.stringify(right)
          ? undefined
          : `gave ${JSON.stringify(contents)}, not ${JSON.stringify(right)}, ${story()}`;
      }
      if (!isDeltaError(error)) return `threw ${(error as Error)?.stack ?? error}, ${story()}`;
      if (!CODES.has(error.code) && !this.#options.codes?.includes(error.code))
        return `ended in ${error.code}: ${error.message}, ${story()}`;
      const secret = secretIn(error);
      return secret === undefined ? undefined : `shows ${secret}, ${story()}`;
    } catch (error) {
      return `threw ${(error as Error).stack}`;
    } finally {
      await lake.server.stop();
    }
  }
}

function count(counts: Map<string, number>, what: string, times = 1): void {
  counts.set(what, (counts.get(what) ?? 0) + times);
}
