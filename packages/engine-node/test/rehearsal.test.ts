import { channel } from "node:diagnostics_channel";
import { fileURLToPath } from "node:url";
import { DeltaError } from "@asyncdelta/kernel-core";
import { afterEach, describe, expect, test, vi } from "vitest";
import { nodeEngine } from "../src/node-engine.js";
import { firstWait } from "../src/rehearsal/first-wait.js";
import { readLog } from "../src/rehearsal/read-log.js";
import { REHEARSAL_URL, rehearsalStorage } from "../src/rehearsal/rehearsal-storage.js";
import { rehearse } from "../src/rehearsal/rehearse.js";
import { cleanups } from "./http/cleanups.js";
import { setUp } from "./http/set-up.js";
import { call } from "./http/test-call.js";
import { StaticServer } from "./static-server.js";

const never = () => false;

function waitFor(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

describe("a rehearsal", () => {
  test("reads checkpoint and commits of its table, as those of any other", async () => {
    expect(await rehearse((storage) => nodeEngine({ storage }), readLog, never)).toBe(4);
  });

  test("gives the event loop a turn before each answer", async () => {
    const storage = rehearsalStorage(never);
    const hint = `${REHEARSAL_URL}_delta_log/_last_checkpoint`;
    const answers: readonly (() => Promise<unknown>)[] = [
      () => storage.read(hint),
      () => storage.readRanges(hint, [{ offset: 0, length: 1 }]),
      () => storage.head(hint),
      () => storage.list(`${REHEARSAL_URL}_delta_log/`)[Symbol.asyncIterator]().next(),
      () => storage.stream(hint)[Symbol.asyncIterator]().next(),
    ];
    for (const answer of answers) {
      let hasTurned = false;
      setImmediate(() => {
        hasTurned = true;
      });
      await answer();
      expect(hasTurned).toBe(true);
    }
  });

  test("asks for nothing more once it is over", async () => {
    let asked = 0;
    let isOver = false;
    const rehearsing = rehearse(
      (storage) => {
        const list: typeof storage.list = (...given) => {
          asked++;
          isOver = true;
          return storage.list(...given);
        };
        const read = (asking: (...given: never[]) => unknown) =>
          ((...given: never[]) => {
            asked++;
            return asking(...given);
          }) as never;
        return nodeEngine({
          storage: { ...storage, list, read: read(storage.read), readRanges: read(storage.readRanges) },
        });
      },
      readLog,
      () => isOver,
    );
    let isSettled = false;
    rehearsing.finally(() => {
      isSettled = true;
    });
    await waitFor(50);
    expect(isOver).toBe(true);
    // The hint is asked for beside the listing.
    expect(asked).toBeLessThanOrEqual(2);
    expect(isSettled).toBe(false);
  });

  test("cannot write, and says what is not there", async () => {
    const storage = rehearsalStorage(never);
    const put = storage.put(`${REHEARSAL_URL}x`, new Uint8Array(1), { mode: "create" });
    await expect(put).rejects.toMatchObject({ code: "STORAGE_FAILED" });
    await expect(storage.delete(`${REHEARSAL_URL}x`)).rejects.toBeInstanceOf(DeltaError);
    await expect(storage.read(`${REHEARSAL_URL}x`)).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
  });
});

describe("the first wait for an answer", () => {
  test("is used once, and told when it is over", async () => {
    const over: boolean[] = [];
    const [answer, come] = deferred();
    let isOver: () => boolean = never;
    const use = firstWait(async (given) => {
      isOver = given;
      over.push(given());
    });
    use(answer);
    use(new Promise(() => {}));
    await waitFor(20);
    expect(over).toEqual([false]);
    come();
    await waitFor(0);
    expect(isOver()).toBe(true);
  });

  test("is not used where the answer is there soon, or has failed", async () => {
    for (const answer of [async () => {}, async () => Promise.reject(new Error("refused"))]) {
      const work = vi.fn(async () => {});
      firstWait(work)(answer());
      await waitFor(20);
      expect(work).not.toHaveBeenCalled();
    }
  });

  test("matters to nobody where its work fails", async () => {
    const work = vi.fn(async () => {
      throw new Error("failed");
    });
    firstWait(work)(new Promise(() => {}));
    await waitFor(20);
    expect(work).toHaveBeenCalledOnce();
  });

  test("is told by a client when its first request is on its way, not by the others", async () => {
    const onFirstWait = vi.fn((answer: Promise<unknown>) => {
      expect(server.seen.length).toBeLessThanOrEqual(1);
      return answer;
    });
    const { server, client } = await setUp((_request, response) => response.end("ok"), { onFirstWait });
    for (let i = 0; i < 3; i++) await (await client.send(call(`${server.origin}/x`))).bytes();
    expect(onFirstWait).toHaveBeenCalledOnce();
    await expect(onFirstWait.mock.results[0]!.value).resolves.toMatchObject({ status: 200 });
  });
});

describe("an engine", () => {
  afterEach(() => {
    vi.doUnmock("../src/rehearsal/rehearse.js");
    vi.resetModules();
  });

  async function readSlowly(times: number): Promise<number> {
    const rehearsing = vi.fn(async () => 0);
    vi.resetModules();
    vi.doMock("../src/rehearsal/rehearse.js", () => ({ rehearse: rehearsing }));
    const { nodeEngine: freshEngine } = await import("../src/node-engine.js");
    const server = await StaticServer.start(fileURLToPath(new URL(".", import.meta.url)));
    cleanups.push(() => server.stop());
    server.otherwise = (_request, response) => {
      setTimeout(() => response.end("late"), 60);
      return true;
    };
    for (let i = 0; i < times; i++) {
      const engine = freshEngine();
      await engine.storage.read(`${server.origin}/file`);
      await engine.close();
    }
    return rehearsing.mock.calls.length;
  }

  test("rehearses once in a process, while it waits for the first answer of a store", async () => {
    expect(await readSlowly(3)).toBe(1);
  });

  test("does not where somebody listens to what is read, and would take it for that", async () => {
    const listener = (): void => {};
    const traced = channel("tracing:asyncdelta:request:start");
    traced.subscribe(listener);
    try {
      expect(await readSlowly(1)).toBe(0);
    } finally {
      traced.unsubscribe(listener);
    }
  });
});

function deferred(): [Promise<void>, () => void] {
  let settle!: () => void;
  const promise = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return [promise, settle];
}
