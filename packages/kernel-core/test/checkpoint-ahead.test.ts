import { nodeEngine } from "@asyncdelta/engine-node";
import { liveFiles, loadSnapshot, type Storage } from "@asyncdelta/kernel-core";
import { memoryStorage } from "@asyncdelta/kernel-core/testing";
import { describe, expect, test } from "vitest";
import { checkpointBytes } from "./support/checkpoint-bytes.js";
import { type Action, add, LOG, lines, metadata, padded, protocol, ROOT, v2Protocol } from "./support/log-table.js";

const UUID = "80a083e8-7026-4e79-81be-64bd76c43a11";
const classic = (version: number): string => `${padded(version)}.checkpoint.parquet`;

/** A log on a disk: a checkpoint and three commits behind it. */
class DiskLog {
  readonly memory = memoryStorage();
  /** What was read, and when listings came. */
  readonly events: string[] = [];
  /** Holds up listings. */
  gate: Promise<unknown> = Promise.resolve();
  #asked: (() => void) | undefined;

  static async of(version: number, name = classic(version), actions?: readonly Action[]): Promise<DiskLog> {
    const log = new DiskLog();
    const size = await log.checkpoint(name, actions ?? [protocol(), metadata(), add("old"), add("gone")]);
    for (let behind = 1; behind <= 3; behind++) {
      const [first, more] = [{ remove: { path: "gone", dataChange: true } }, add(`f${behind}`)];
      log.memory.set(`${LOG}${padded(version + behind)}.json`, lines(behind === 1 ? [first, more] : [more]));
    }
    log.hint({ version, size: 4, sizeInBytes: size });
    return log;
  }

  async checkpoint(name: string, actions: readonly Action[]): Promise<number> {
    const bytes = await checkpointBytes(actions);
    this.memory.set(LOG + name, bytes);
    return bytes.length;
  }

  hint(hint: object): void {
    this.memory.set(`${LOG}_last_checkpoint`, JSON.stringify(hint));
  }

  /** Lets no listing come before a file was asked for that it names. */
  holdUpListings(): void {
    this.gate = new Promise<void>((resolve) => {
      this.#asked = resolve;
    });
  }

  async open(): Promise<{ readonly version: number; readonly paths: readonly string[] }> {
    const { memory } = this;
    const see = (what: string, url: string) => {
      this.events.push(`${what} ${url.slice(LOG.length)}`);
      if (url.includes(".checkpoint.")) this.#asked?.();
    };
    const gateOf = () => this.gate;
    const storage: Storage = {
      ...memory,
      read(url, options) {
        see("read", url);
        return memory.read(url, options);
      },
      readRanges(url, ranges, options) {
        see("read", url);
        return memory.readRanges(url, ranges, options);
      },
      async *list(directory, options) {
        await gateOf();
        see("list", directory);
        yield* memory.list(directory, options);
      },
    };
    const engine = nodeEngine({ storage });
    const snapshot = await loadSnapshot(engine, ROOT);
    const paths: string[] = [];
    for await (const batch of liveFiles(engine, snapshot)) for (const { path } of batch) paths.push(path);
    await engine.close();
    return { version: snapshot.version, paths: paths.sort() };
  }
}

describe("on a disk, the checkpoint that the hint of a long log names", () => {
  const all = { version: 1203, paths: ["f1", "f2", "f3", "old"] };

  test("is read while the log is listed", async () => {
    const log = await DiskLog.of(1200);
    log.holdUpListings();
    expect(await log.open()).toEqual(all);
    expect(log.events.slice(0, 3)).toEqual(["read _last_checkpoint", `read ${classic(1200)}`, "list "]);
  });

  test("is read once, whenever the listing comes", async () => {
    for (const isHeldUp of [false, true]) {
      const log = await DiskLog.of(1200);
      if (isHeldUp) log.holdUpListings();
      expect(await log.open()).toEqual(all);
      expect(log.events.filter((event) => event === `read ${classic(1200)}`)).toHaveLength(1);
    }
  });

  test("is not relied on: it may have another size", async () => {
    const log = await DiskLog.of(1200);
    log.hint({ version: 1200, size: 4, sizeInBytes: 12 });
    log.holdUpListings();
    expect(await log.open()).toEqual(all);
  });

  test("is not relied on: it may be gone, and an older or newer one there", async () => {
    for (const version of [1199, 1201]) {
      const log = await DiskLog.of(1200);
      await log.memory.delete(LOG + classic(1200));
      log.memory.set(`${LOG}${padded(1200)}.json`, lines([add("f0")]));
      await log.checkpoint(classic(version), [protocol(), metadata(), add("other")]);
      log.holdUpListings();
      const paths = version === 1199 ? ["f0", "f1", "f2", "f3", "other"] : ["f2", "f3", "other"];
      expect(await log.open()).toEqual({ version: 1203, paths });
    }
  });

  test("is checked as any: a V2 checkpoint says that it is one", async () => {
    const name = `${padded(1200)}.checkpoint.${UUID}.parquet`;
    for (const says of [true, false]) {
      const top = says ? [{ checkpointMetadata: { version: 1200 } }] : [];
      const log = await DiskLog.of(1200, name, [...top, v2Protocol(), metadata(), add("old"), add("gone")]);
      const { size } = (await log.memory.head(LOG + name))!;
      log.hint({ version: 1200, size: 4, v2Checkpoint: { path: name, sizeInBytes: size } });
      log.holdUpListings();
      const opened = log.open();
      if (says) expect(await opened).toEqual(all);
      else await expect(opened).rejects.toThrow(expect.objectContaining({ code: "CHECKPOINT_CORRUPT" }));
    }
  });
});

test("on a disk, a short log is listed first: a checksum may spare its checkpoint", async () => {
  const log = await DiskLog.of(12);
  expect(await log.open()).toEqual({ version: 15, paths: ["f1", "f2", "f3", "old"] });
  expect(log.events.slice(0, 2)).toEqual(["read _last_checkpoint", "list "]);
});
