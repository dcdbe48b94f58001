import type { Engine } from "../engine/engine.js";
import { failureOf } from "./failure-of.js";
import { FULL_PAGE, listLog } from "./list-log.js";
import type { LogFile } from "./log-file.js";

/** A listing of the whole log that can be begun before it is known to be needed. */
export class WholeListing {
  readonly #list: (names?: readonly string[]) => AsyncGenerator<readonly LogFile[], void, undefined>;
  #pages: AsyncGenerator<readonly LogFile[], void, undefined>;
  readonly #files: LogFile[] = [];
  #first: Promise<IteratorResult<readonly LogFile[], void>> | undefined;
  #stopping: Promise<unknown> | undefined;
  #done = false;

  constructor(engine: Engine, logRoot: string, signal: AbortSignal | undefined) {
    this.#list = (names) => listLog(engine, logRoot, 0, { signal, names });
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
    return failureOf(this.#first);
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

  /** All files; of these names where they are known, and it has not been started. */
  async all(names?: readonly string[]): Promise<readonly LogFile[]> {
    if (names !== undefined && this.#first === undefined) this.#pages = this.#list(names);
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
