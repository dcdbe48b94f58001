import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { DecodeJob } from "../dist/parquet/decoder.js";
import { inSequence, sequenced } from "../dist/parquet/in-sequence.js";

interface Job {
  readonly sequence?: object;
  readonly since: number;
  readonly rowGroup?: number;
}

/** Decoders that say what they do. */
function decoding() {
  const log: string[] = [];
  const decode = ({ sequence, since, rowGroup = 0 }: Job, signal?: AbortSignal) => {
    const name = `${since}.${rowGroup}`;
    return inSequence({ sequence, since, rowGroup }, signal, async function* () {
      log.push(`begin ${name}`);
      try {
        yield 1;
        yield 2;
      } finally {
        log.push(`end ${name}`);
      }
    });
  };
  return { log, decode };
}

async function drain(items: AsyncIterable<number>): Promise<number> {
  let sum = 0;
  for await (const item of items) sum += item;
  return sum;
}

describe("decoding in sequence", () => {
  it("begins a later file when those before it that have begun have ended", async () => {
    const { log, decode } = decoding();
    const sequence = {};
    const [first, second, third] = [1, 2, 3].map((since) => decode({ sequence, since }));
    await first!.next();
    const later = [drain(third!), drain(second!)];
    await turn();
    expect(log).toEqual(["begin 1.0"]);
    await drain(first!);
    expect(await Promise.all(later)).toEqual([3, 3]);
    expect(log).toEqual(["begin 1.0", "end 1.0", "begin 2.0", "end 2.0", "begin 3.0", "end 3.0"]);
  });

  it("takes the row groups of a file in their order", async () => {
    const { log, decode } = decoding();
    const sequence = {};
    const [first, second] = [0, 1].map((rowGroup) => decode({ sequence, since: 1, rowGroup }));
    await first!.next();
    const later = drain(second!);
    await turn();
    expect(log).toEqual(["begin 1.0"]);
    await drain(first!);
    expect(await later).toBe(3);
  });

  it("lets an earlier file go on while a later one is under way, whose reader may wait for the earlier one", async () => {
    const { decode } = decoding();
    const sequence = {};
    const later = decode({ sequence, since: 2 });
    await later.next();
    expect(await drain(decode({ sequence, since: 1 }))).toBe(3);
    expect(await later.next()).toEqual({ done: false, value: 2 });
  });

  it("goes on when an earlier one is left or fails", async () => {
    const { decode } = decoding();
    const sequence = {};
    const left = decode({ sequence, since: 1 });
    const broken = inSequence({ sequence, since: 2, rowGroup: 0 }, undefined, async function* () {
      yield 1;
      throw new Error("damaged");
    });
    await left.next();
    const failed = drain(broken);
    const later = drain(decode({ sequence, since: 3 }));
    await left.return(undefined);
    await expect(failed).rejects.toThrow("damaged");
    expect(await later).toBe(3);
  });

  it("ends in ABORTED when it is aborted while it waits, and keeps nobody behind it", async () => {
    const { log, decode } = decoding();
    const sequence = {};
    const first = decode({ sequence, since: 1 });
    await first.next();
    const controller = new AbortController();
    const waiting = drain(decode({ sequence, since: 2 }, controller.signal));
    const last = drain(decode({ sequence, since: 3 }));
    await turn();
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: "ABORTED" });
    await first.return(undefined);
    expect(await last).toBe(3);
    expect(log).not.toContain("begin 2.0");
  });

  it("has nobody wait for files of another sequence, or of none", async () => {
    const { decode } = decoding();
    const others = [decode({ sequence: {}, since: 1 }), decode({ since: 1 })];
    for (const other of others) await other.next();
    expect(await drain(decode({ sequence: {}, since: 2 }))).toBe(3);
    expect(await drain(decode({ since: 2 }))).toBe(3);
  });

  it("has a decoder begin with a job in its turn, so that waiting is none of its time", async () => {
    const log: number[] = [];
    const decoder = sequenced({
      async *decode({ since }) {
        log.push(since);
        yield { start: 0, batch: {} as never };
      },
    });
    const sequence = {};
    const jobs = [1, 2].map((since) => decoder.decode({ sequence, since, rowGroup: 0 } as DecodeJob, {}));
    const [first, second] = jobs.map((rows) => rows[Symbol.asyncIterator]());
    await first!.next();
    const later = second!.next();
    await turn();
    expect(log).toEqual([1]);
    await first!.return!();
    await later;
    expect(log).toEqual([1, 2]);
  });
});
