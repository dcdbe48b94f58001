import { basename } from "node:path";
import { type NodeEngineOptions, nodeEngine } from "asyncdelta";
import { whileDamaged } from "./bad-table.js";
import { type BadCase, pickCase } from "./case.js";
import type { Judge } from "./judge.js";
import { readWhole } from "./read-whole.js";
import { Tally } from "./tally.js";
import { Watchdog } from "./watchdog.js";

/** Most megabytes that a damaged table may make its reader take. */
const MOST_MEMORY = 512;

/** Runs damaged tables, watched, and counts how they ended. */
export class Cases {
  readonly tally = new Tally();
  /** The name of a table and a seed, where a single case is wanted. */
  readonly chosen: readonly string[] | undefined = process.env.ASYNCDELTA_CASE?.split(" ");
  readonly #watchdog = new Watchdog();

  /** Runs cases of a table, and gives what is wrong with them. */
  async run(
    judge: Judge,
    options: NodeEngineOptions,
    count: number,
    isWanted: (bad: BadCase) => boolean = () => true,
  ): Promise<string[]> {
    const { table } = judge;
    const engine = nodeEngine({ ...options, storage: table.storage });
    const found: string[] = [];
    let done = 0;
    for (let seed = 0; done < count; seed++) {
      const bad = pickCase(table, seed, judge.checked);
      if (!isWanted(bad)) continue;
      done++;
      const label = `${table.name} ${seed} (${options.parquet}, ${basename(bad.file.url)})`;
      if (this.chosen !== undefined && (this.chosen[0] !== table.name || this.chosen[1] !== String(seed))) continue;
      this.#watchdog.beat(label);
      const memory = new MemoryUse();
      try {
        const wanted = { rows: bad.rows, changes: bad.rows && judge.hasFeed };
        const outcome = await whileDamaged(table, bad.file, bad.bytes, () =>
          // A copy of the engine knows none of the deletion vectors that were read before.
          readWhole({ ...engine }, table.url, wanted),
        );
        this.tally.note(bad.file.kind, outcome.code);
        const objection = judge.objection(outcome, judge.expect(bad)) ?? memory.objection();
        if (objection !== undefined) found.push(`${label}: ${objection}`);
      } catch (error) {
        found.push(`${label}: ${(error as Error).stack}`);
      }
      if (found.length > 20) break;
    }
    // Nothing is left of all that: not in the threads either.
    const after = await readWhole({ ...engine }, table.url, { rows: true, changes: judge.hasFeed });
    if (judge.objection(after, judge.undamaged) !== undefined)
      found.push(`${table.name} cannot be read after the cases`);
    await engine.close();
    return found;
  }

  async end(): Promise<void> {
    await this.#watchdog.stop();
    console.info(this.tally.toString());
  }
}

/** What a case takes of memory, as far as it is seen from outside. */
class MemoryUse {
  readonly #peak = process.resourceUsage().maxRSS;
  readonly #buffers = process.memoryUsage().arrayBuffers;

  objection(): string | undefined {
    const resident = (process.resourceUsage().maxRSS - this.#peak) / 1024;
    const buffers = (process.memoryUsage().arrayBuffers - this.#buffers) / 2 ** 20;
    const most = Math.round(Math.max(resident, buffers));
    return most > MOST_MEMORY ? `took ${most} MB` : undefined;
  }
}
