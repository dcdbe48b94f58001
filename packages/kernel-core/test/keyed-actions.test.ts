import { randomUUID } from "node:crypto";
import { nodeEngine } from "@asyncdelta/engine-node";
import { DeltaError, domainMetadata, loadSnapshot, type Snapshot, setTransactions } from "@asyncdelta/kernel-core";
import { memoryStorage } from "@asyncdelta/kernel-core/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { checkpointBytes } from "./support/checkpoint-bytes.js";
import { add, LOG, lines, metadata, padded, protocol, ROOT } from "./support/log-table.js";

const COUNT = 15_000;

describe("transactions of a checkpoint that has too many to be read with the table", () => {
  const memory = memoryStorage();
  let checkpoint: Uint8Array;

  beforeAll(async () => {
    const transactions = Array.from({ length: COUNT }, (_, i) => ({
      txn: { appId: randomUUID(), version: i, lastUpdated: 0 },
    }));
    const domain = { domainMetadata: { domain: "app.one", configuration: randomUUID(), removed: false } };
    checkpoint = await checkpointBytes([protocol(), metadata(), ...transactions, domain, add("f")]);
    memory.set(`${LOG}${padded(0)}.checkpoint.parquet`, checkpoint);
    memory.set(`${LOG}_last_checkpoint`, JSON.stringify({ version: 0, size: COUNT + 4 }));
    memory.set(`${LOG}${padded(1)}.json`, lines([add("g")]));
  });

  /** A table read from a storage whose every read of the checkpoint waits for `before`, once the snapshot is there. */
  async function open(before: () => Promise<void>): Promise<readonly [ReturnType<typeof nodeEngine>, Snapshot]> {
    let isOpen = false;
    const engine = nodeEngine({
      storage: {
        ...memory,
        readRanges: async (url, ranges, options) => {
          if (isOpen && url.endsWith(".parquet")) await before();
          options?.signal?.throwIfAborted();
          return memory.readRanges(url, ranges, options);
        },
      },
    });
    const snapshot = await loadSnapshot(engine, ROOT);
    isOpen = true;
    return [engine, snapshot];
  }

  test("are read whole after a reading that was aborted", async () => {
    const controller = new AbortController();
    const [engine, snapshot] = await open(async () => controller.abort());
    await expect(setTransactions(engine, snapshot, { signal: controller.signal })).rejects.toMatchObject({
      code: "ABORTED",
    });
    expect((await setTransactions(engine, snapshot)).size).toBe(COUNT);
  });

  test("are read whole after a reading that failed", async () => {
    let fails = true;
    const [engine, snapshot] = await open(async () => {
      if (fails) throw new DeltaError("STORAGE_FAILED", "no");
    });
    await expect(setTransactions(engine, snapshot)).rejects.toMatchObject({ code: "STORAGE_FAILED" });
    fails = false;
    expect((await setTransactions(engine, snapshot)).size).toBe(COUNT);
  });

  test("are whole for each of several readers that come while the first one reads", async () => {
    let begun = 0;
    let goOn = () => {};
    const all = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const [engine, snapshot] = await open(() => {
      begun++;
      return all;
    });
    const first = setTransactions(engine, snapshot);
    while (begun === 0) await new Promise((resolve) => setImmediate(resolve));
    const others = [setTransactions(engine, snapshot), domainMetadata(engine, snapshot)] as const;
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
    goOn();
    expect((await first).size).toBe(COUNT);
    expect((await others[0]).size).toBe(COUNT);
    expect([...(await others[1]).keys()]).toEqual(["app.one"]);
  });

  test("are read once", async () => {
    let reads = 0;
    const [engine, snapshot] = await open(async () => {
      reads++;
    });
    await setTransactions(engine, snapshot);
    const once = reads;
    expect(once).toBeGreaterThan(0);
    expect((await setTransactions(engine, snapshot)).size).toBe(COUNT);
    expect(reads).toBe(once);
  });
});
