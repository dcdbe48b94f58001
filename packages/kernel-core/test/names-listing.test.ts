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

/** A table of four versions in a storage that lists names; a checkpoint of the second. What is asked of it is kept, in order. */
class NamedLog {
  readonly events: string[] = [];
  readonly memory = memoryStorage();
  /** What reading the hint waits for. */
  hintWaits: (signal: AbortSignal | undefined) => Promise<void> = async () => {};
  readonly engine: Engine;

  constructor() {
    for (const version of [0, 1, 2, 3]) {
      const actions = version === 0 ? [protocol(), metadata(), add("f0")] : [add(`f${version}`)];
      this.memory.set(`${LOG}${padded(version)}.json`, lines(actions));
    }
    this.engine = nodeEngine({ storage: this.#storage() });
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
      list: (directory, { startAfterSoon, ...options } = {}) => this.#list(directory, startAfterSoon, options),
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
    soon: Promise<string | undefined> | undefined,
    options: ListOptions,
  ): AsyncGenerator<readonly ObjectMeta[], void, undefined> {
    const { events, memory } = this;
    events.push("names");
    try {
      const startAfter = options.startAfter ?? (await soon);
      events.push(`from ${startAfter?.slice(18) ?? "the first"}`);
      yield* memory.list(directory, { ...options, startAfter });
    } finally {
      events.push("end");
    }
  }
}

/** Lets the hint come once names are being read. */
function once(log: NamedLog, event: string): void {
  log.hintWaits = async () => {
    while (!log.events.includes(event)) await new Promise((resolve) => setImmediate(resolve));
  };
}

describe("where names are listed", () => {
  test("they are read beside the hint, and files are asked for from there on", async () => {
    const log = new NamedLog();
    await log.checkpoint(1);
    once(log, "names");
    const { version, segment } = await loadSnapshot(log.engine, ROOT);
    expect([version, segment.checkpoint?.version]).toEqual([3, 1]);
    expect([...log.events].sort()).toEqual(["end", "from 00~", "hint", "names"]);
  });

  test("all files are asked for where there is no hint, or a version before it is wanted", async () => {
    const log = new NamedLog();
    expect((await loadSnapshot(log.engine, ROOT)).version).toBe(3);
    await log.checkpoint(1);
    expect((await loadSnapshot(log.engine, ROOT, { version: 0 })).version).toBe(0);
    expect(log.events.filter((event) => event.startsWith("from"))).toEqual(["from the first", "from the first"]);
  });

  test("a hint that leads astray has all listed anew", async () => {
    const log = new NamedLog();
    log.hint(2);
    const { version, segment } = await loadSnapshot(log.engine, ROOT);
    expect([version, segment.checkpoint]).toEqual([3, undefined]);
    expect(log.events.filter((event) => event.startsWith("from"))).toEqual(["from 01~", "from the first"]);
  });

  test("nothing goes on when the hint cannot be read", async () => {
    const log = new NamedLog();
    log.hintWaits = async () => {
      throw new DeltaError("ACCESS_DENIED", "no", { path: HINT });
    };
    await expect(loadSnapshot(log.engine, ROOT)).rejects.toMatchObject({ code: "ACCESS_DENIED" });
    expect(log.events.at(-1)).toBe("end");
  });

  test("an abort ends both, also while the hint does not come", async () => {
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
    expect(log.events.at(-1)).toBe("end");
  });

  test("what is wrong with the listing is said", async () => {
    const log = new NamedLog();
    log.memory.list = () => {
      throw new DeltaError("ACCESS_DENIED", "not these names", { path: LOG });
    };
    await expect(loadSnapshot(log.engine, ROOT)).rejects.toThrow("not these names");
  });
});
