import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { Engine } from "../src/index.js";
import { readAhead } from "../src/read/read-ahead.js";

const MIB = 1024 * 1024;

function engine(roundTrip: "cheap" | "costly", { requests = 64, decodes = 2 } = {}): Engine {
  // As one that has been to a store leads to files, and the other way round.
  const others = roundTrip === "cheap" ? "costly" : "cheap";
  const roundTripTo = (url: string) => (url.startsWith("here:") ? roundTrip : others);
  return { storage: { roundTrip: others, roundTripTo }, limits: { requests, decodes } } as unknown as Engine;
}

/** Files of so many bytes, of which it is counted how many are opened and being read. */
function counting(bytes: number | undefined, files = 40) {
  const counts = { opened: 0, reading: 0, mostReading: 0, done: 0 };
  const items = [Array.from({ length: files }, (_, index) => index)];
  const steps = {
    open: async (item: number) => {
      counts.opened++;
      return item;
    },
    read: async function* (item: number) {
      counts.mostReading = Math.max(counts.mostReading, ++counts.reading);
      await turn();
      yield `${item}a`;
      await turn();
      yield `${item}b`;
      counts.reading--;
      counts.done++;
    },
    urlOf: (item: number) => `here:///${item}`,
    bytesOf: () => bytes,
  };
  return { counts, items, steps };
}

async function settled(): Promise<void> {
  for (let i = 0; i < 50; i++) await turn();
}

describe("reading files ahead", () => {
  it("gives the rows of file after file in order", async () => {
    const { items, steps } = counting(20 * MIB);
    const rows: string[] = [];
    for await (const row of readAhead(engine("costly"), items, steps, undefined)) rows.push(row);
    expect(rows).toEqual(items[0]!.flatMap((item) => [`${item}a`, `${item}b`]));
  });

  it.each([
    // Those that have no bytes but a footer: 16 opened, and those that are being read.
    [undefined, 16 + 4],
    // What 48 MiB have room for, and those whose rows have begun to come.
    [MIB, 16 + 4],
    [5 * MIB, 9 + 4],
    [20 * MIB, 2 + 4],
    [400 * MIB, 1 + 4],
  ])("opens so many files of %s bytes ahead as have room, or 16", async (bytes, most) => {
    const { counts, items, steps } = counting(bytes);
    const rows = readAhead(engine("costly"), items, steps, undefined);
    await rows.next();
    await settled();
    expect(counts.opened).toBe(most);
    await rows.return();
  });

  it.each([
    ["cheap", 2, 3],
    ["costly", 2, 4],
    ["costly", 4, 8],
  ] as const)("over a %s round trip reads, with %i decodes, %i files at once", async (roundTrip, decodes, most) => {
    const { counts, items, steps } = counting(undefined);
    for await (const _ of readAhead(engine(roundTrip, { decodes }), items, steps, undefined));
    expect(counts).toMatchObject({ mostReading: most, done: 40 });
  });

  it("ends the items where it is left, or where one cannot be opened, and asks for none before the first row", async () => {
    const { steps } = counting(undefined);
    let asked = 0;
    let ended = 0;
    async function* endless() {
      try {
        for (;;) yield [asked++];
      } finally {
        ended++;
      }
    }
    const left = readAhead(engine("costly"), endless(), steps, undefined);
    expect(asked).toBe(0);
    expect((await left.next()).value).toBe("0a");
    await left.return();
    expect(ended).toBe(1);
    const open = () => Promise.reject(new Error("no file"));
    const failing = readAhead(engine("costly"), endless(), { ...steps, open }, undefined);
    await expect(failing.next()).rejects.toThrow("no file");
    expect(ended).toBe(2);
  });

  it("gives nothing of nothing", async () => {
    const { steps } = counting(undefined);
    expect(await readAhead(engine("cheap"), [[], []], steps, undefined).next()).toEqual({ done: true });
  });

  it("reads no more at once than there are requests", async () => {
    const { counts, items, steps } = counting(undefined);
    for await (const _ of readAhead(engine("costly", { requests: 3 }), items, steps, undefined));
    expect(counts.mostReading).toBe(3);
  });

  it("ends at once when it is aborted while a file waits for room", async () => {
    const { items, steps } = counting(48 * MIB);
    const controller = new AbortController();
    const never = { ...steps, open: () => new Promise<number>(() => {}) };
    let opened = 0;
    const open = (item: number, signal: AbortSignal): Promise<number> => {
      opened++;
      return Promise.race([
        never.open(),
        new Promise<number>((_, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason), { once: true });
        }),
      ]).then(() => item);
    };
    const rows = readAhead(engine("costly"), items, { ...steps, open }, controller.signal);
    const first = rows.next();
    await settled();
    expect(opened).toBe(1);
    controller.abort(new Error("enough"));
    await expect(first).rejects.toThrow("enough");
    expect(opened).toBe(1);
  });
});
