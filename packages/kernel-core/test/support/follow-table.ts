import type { Engine } from "../../src/engine/engine.js";
import type { ObjectMeta } from "../../src/engine/storage.js";
import { ChangeTable } from "./change-table.js";
import { LOG, padded } from "./log-table.js";

/** A table that changes at moments of its virtual clock, and remembers when its log was listed. */
export class FollowTable extends ChangeTable {
  /** When each listing of the log began, in milliseconds of the clock. */
  readonly listings: number[] = [];
  /** Versions whose commits listings do not show. */
  readonly hidden: Set<number> = new Set();
  /** Like `engine`, over a storage whose listings may lag. */
  readonly lagging: Engine = {
    ...this.engine,
    storage: { ...this.engine.storage, list: (...args) => this.#list(...args) },
  };

  /** Does something when so many milliseconds have passed. */
  async after(ms: number, act: () => unknown): Promise<void> {
    await this.clock.sleep(ms);
    await act();
  }

  /** What was asked of the log since the last reset, as `list` or the name of a file. */
  asked(): string[] {
    return this.storage.requests.map(({ verb, url }) => (verb === "list" ? verb : url.slice(LOG.length)));
  }

  async *#list(...[directory, options]: Parameters<Engine["storage"]["list"]>): AsyncGenerator<readonly ObjectMeta[]> {
    this.listings.push(this.clock.now());
    for await (const page of this.engine.storage.list(directory, options)) {
      yield page.filter(({ url }) => ![...this.hidden].some((version) => url === `${LOG}${padded(version)}.json`));
    }
  }
}

/** The first items of something that has no end of its own, which is left then. */
export async function take<T>(items: AsyncIterable<T>, count: number): Promise<T[]> {
  const taken: T[] = [];
  for await (const item of items) if (taken.push(item) === count) break;
  return taken;
}
