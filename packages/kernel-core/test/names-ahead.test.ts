import { nodeEngine } from "@asyncdelta/engine-node";
import {
  DeltaError,
  type Engine,
  type ListOptions,
  loadSnapshot,
  type ObjectMeta,
  type Storage,
} from "@asyncdelta/kernel-core";
import { memoryStorage } from "@asyncdelta/kernel-core/testing";
import { describe, expect, test } from "vitest";
import { checkpointBytes } from "./support/checkpoint-bytes.js";
import { add, LOG, lines, metadata, padded, protocol, ROOT } from "./support/log-table.js";

const HINT = `${LOG}_last_checkpoint`;

/** A table of four versions in a storage that has names. What is asked of it is kept, in order, with how it ended. */
class NamedLog {
  readonly events: string[] = [];
  readonly memory = memoryStorage();
  /** What comes before the names are there. */
  namesWait: () => Promise<void> = async () => {};
  /** What comes before the hint is there. */
  hintWaits: (signal: AbortSignal | undefined) => Promise<void> = async () => {};
  readonly storage: Storage;
  readonly engine: Engine;

  constructor(around: (storage: Storage) => Storage = (storage) => storage) {
    for (const version of [0, 1, 2, 3]) this.commit(version);
    this.storage = around(this.#storage());
    this.engine = nodeEngine({ storage: this.storage });
  }

  commit(version: number): void {
    const actions = version === 0 ? [protocol(), metadata(), add("f0")] : [add(`f${version}`)];
    this.memory.set(`${LOG}${padded(version)}.json`, lines(actions));
  }

  async checkpoint(version: number): Promise<void> {
    const bytes = await checkpointBytes([protocol(), metadata(), add("f0"), add("f1")]);
    this.memory.set(`${LOG}${padded(version)}.checkpoint.parquet`, bytes);
    this.hint(version);
  }

  hint(version: number): void {
    this.memory.set(HINT, JSON.stringify({ version, size: 4 }));
  }

  #storage(): Storage {
    const { memory, events } = this;
    return {
      ...memory,
      listingOf: () => "names",
      names: async (directory) => {
        events.push("names");
        const names: string[] = [];
        for await (const page of memory.list(directory)) {
          for (const { url } of page) names.push(url.slice(directory.length));
        }
        await this.namesWait();
        events.push("names end");
        // No order is promised.
        return names.reverse();
      },
      list: (directory, options = {}) => this.#list(directory, options),
      read: async (url, options = {}) => {
        if (url === HINT) {
          events.push("hint");
          await this.hintWaits(options.signal);
        }
        return memory.read(url, options);
      },
    };
  }

  async *#list(
    directory: string,
    { names, ...options }: ListOptions,
  ): AsyncGenerator<readonly ObjectMeta[], void, undefined> {
    this.events.push(`${names === undefined ? "all" : "named"} from ${options.startAfter?.slice(18) ?? "the first"}`);
    for await (const page of this.memory.list(directory, options)) {
      yield page.filter(({ url }) => names?.includes(url.slice(directory.length)) ?? true);
    }
  }

  get listings(): readonly string[] {
    return this.events.filter((event) => event.includes(" from "));
  }

  async seen(event: string): Promise<void> {
    while (!this.events.includes(event)) await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Lets one request through at a time. */
function oneAtATime(storage: Storage): Storage {
  let last: Promise<unknown> = Promise.resolve();
  const queued = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work);
    last = next.catch(() => {});
    return next;
  };
  return {
    ...storage,
    names: (directory, options) => queued(() => storage.names!(directory, options)),
    read: (url, options) => queued(() => storage.read(url, options)),
    async *list(directory, options) {
      const pages = storage.list(directory, options)[Symbol.asyncIterator]();
      for (;;) {
        const page = await queued(() => pages.next());
        if (page.done) return;
        yield page.value;
      }
    },
  };
}

describe("where a storage has names", () => {
  test("they are read while the hint is, and sizes are asked for from the hint on", async () => {
    const log = new NamedLog();
    await log.checkpoint(1);
    log.hintWaits = () => log.seen("names");
    log.namesWait = () => log.seen("hint");
    const { version, segment } = await loadSnapshot(log.engine, ROOT);
    expect([version, segment.checkpoint?.version]).toEqual([3, 1]);
    expect(log.listings).toEqual(["named from 00~"]);
  });

  test("no request waits for another, so that one at a time will do", async () => {
    const log = new NamedLog(oneAtATime);
    await log.checkpoint(1);
    expect((await loadSnapshot(log.engine, ROOT)).version).toBe(3);
    expect((await loadSnapshot(log.engine, ROOT, { version: 0 })).version).toBe(0);
  });

  test("all sizes are asked for where there is no hint, or a version before it is wanted", async () => {
    const log = new NamedLog();
    expect((await loadSnapshot(log.engine, ROOT)).version).toBe(3);
    await log.checkpoint(1);
    expect((await loadSnapshot(log.engine, ROOT, { version: 0 })).version).toBe(0);
    expect(log.listings).toEqual(["named from the first", "named from the first"]);
  });

  test("names that are older than the hint are not believed", async () => {
    const log = new NamedLog();
    log.hintWaits = async () => {
      await log.seen("names end");
      log.commit(4);
      await log.checkpoint(4);
    };
    const { version } = await loadSnapshot(log.engine, ROOT);
    expect(version).toBe(4);
    expect(log.listings).toEqual(["named from 03~", "all from the first"]);
  });

  test("a storage that says so and has none is listed", async () => {
    const log = new NamedLog(({ names: _, ...storage }) => storage);
    expect((await loadSnapshot(log.engine, ROOT)).version).toBe(3);
    expect(log.events).toEqual(["hint", "all from the first"]);
  });

  test("nothing goes on when the hint cannot be read", async () => {
    const log = new NamedLog();
    log.hintWaits = async () => {
      log.namesWait = () => new Promise((resolve) => setTimeout(resolve, 20));
      throw new DeltaError("ACCESS_DENIED", "no", { path: HINT });
    };
    await expect(loadSnapshot(log.engine, ROOT)).rejects.toMatchObject({ code: "ACCESS_DENIED" });
    expect(log.events).toContain("names end");
  });

  test("an abort ends it while the hint does not come", async () => {
    const log = new NamedLog();
    const controller = new AbortController();
    log.hintWaits = (signal) =>
      new Promise((_, reject) => {
        signal!.addEventListener("abort", () => reject(signal!.reason));
        setImmediate(() => controller.abort());
      });
    await expect(loadSnapshot(log.engine, ROOT, { signal: controller.signal })).rejects.toMatchObject({
      code: "ABORTED",
    });
  });

  test("names that cannot be read are an error at once, also while the hint does not come", async () => {
    const log = new NamedLog();
    log.hintWaits = (signal) =>
      new Promise((_, reject) => {
        signal!.addEventListener("abort", () => reject(signal!.reason));
      });
    log.namesWait = async () => {
      throw new DeltaError("ACCESS_DENIED", "not these names", { path: LOG });
    };
    await expect(loadSnapshot(log.engine, ROOT)).rejects.toThrow("not these names");
  });
});
