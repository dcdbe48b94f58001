import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { isDeltaError } from "@asyncdelta/kernel-core";
import { afterEach, describe, expect, it } from "vitest";
import { type StreamOptions, type WorkerPoolOptions, workerPool } from "../dist/pool/worker-pool.js";

const FIXTURE = new URL("./pool-worker-fixture.mjs", import.meta.url);

/** The pool with the fixture's kinds of task instead of its own. */
interface FixturePool {
  readonly size: number;
  readonly running: number;
  readonly threads: number;
  stream(kind: string, payload: unknown, transfer: unknown, options?: StreamOptions): AsyncIterableIterator<unknown>;
  warm(kind: string): void;
  hasWorker(): boolean;
  close(): Promise<void>;
}

const pools: FixturePool[] = [];
function makePool(options: WorkerPoolOptions = {}): FixturePool {
  const pool = workerPool({ size: 1, file: FIXTURE, ...options }) as unknown as FixturePool;
  pools.push(pool);
  return pool;
}
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

async function collect(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const results = [];
  for await (const result of stream) results.push(result);
  return results;
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => expect.fail("resolved"),
    (error: unknown) => error,
  );
  return isDeltaError(error) ? error.code : String(error);
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("a stream of results", () => {
  it("gives every result in order", async () => {
    const pool = makePool();
    expect(await collect(pool.stream("count", { to: 1000 }, []))).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(await collect(pool.stream("count", { to: 0 }, []))).toEqual([]);
  });

  it("serves concurrent next() calls in the order of the calls", async () => {
    const stream = makePool().stream("count", { to: 3 }, []);
    const results = await Promise.all([stream.next(), stream.next(), stream.next(), stream.next(), stream.next()]);
    expect(results.map(({ value, done }) => (done ? "end" : value))).toEqual([0, 1, 2, "end", "end"]);
  });

  it("moves buffers both ways", async () => {
    const input = new Uint8Array(5000);
    const results = await collect(makePool().stream("buffers", { input, count: 3 }, [input.buffer]));
    expect(input.byteLength).toBe(0);
    expect(results).toEqual([5000, ...[0, 1, 2].map((i) => new Uint8Array(1000).fill(i))]);
  });

  it("starts nothing before the first next()", async () => {
    const counter = new SharedArrayBuffer(8);
    const stream = makePool().stream("counted", { counter, to: 1 }, []);
    await sleep(100);
    expect(new Int32Array(counter)[0]).toBe(0);
    await stream.next();
    expect(new Int32Array(counter)[0]).toBe(1);
  });

  it("lets the worker run ahead by the window and no further", async () => {
    const counter = new SharedArrayBuffer(8);
    const seen = new Int32Array(counter);
    const stream = makePool().stream("counted", { counter, to: 100 }, [], { window: 5 });
    await stream.next();
    await expect.poll(() => seen[0]).toBe(6);
    await sleep(50);
    expect(seen[0]).toBe(6);
    await stream.next();
    await expect.poll(() => seen[0]).toBe(7);
    expect(await collect(stream)).toHaveLength(98);
  });

  it("asks for what it is to send when a worker is free to take it", async () => {
    const pool = makePool();
    const made: number[] = [];
    const payload = (n: number) => () => {
      made.push(n);
      return { input: new Uint8Array(n), count: 0 };
    };
    const transfer = ({ input }: { input: Uint8Array }) => [input.buffer];
    const first = pool.stream("buffers", payload(1), transfer).next();
    const second = pool.stream("buffers", payload(2), transfer).next();
    expect(made).toEqual([1]);
    expect((await Promise.all([first, second])).map(({ value }) => value)).toEqual([1, 2]);
    expect(made).toEqual([1, 2]);
  });

  it("of older work goes before that of newer work", async () => {
    const pool = makePool();
    const ended: string[] = [];
    const run = async (name: string, since?: number) => {
      await collect(pool.stream("spin", { ms: 1 }, [], { since }));
      ended.push(name);
    };
    await Promise.all([run("first"), run("third", 200), run("second", 100), run("fourth", 200), run("fifth")]);
    expect(ended).toEqual(["first", "second", "third", "fourth", "fifth"]);
  });

  it("holds its worker while its consumer is slow but not gone", async () => {
    const counter = new SharedArrayBuffer(8);
    const seen = new Int32Array(counter);
    const pool = makePool();
    const slow = pool.stream("counted", { counter, to: 1000 }, [], { window: 3 });
    const queued = pool.stream("count", { to: 1 }, []).next();
    for (let i = 0; i < 20; i++) {
      await slow.next();
      await sleep(10);
      expect(seen[0]).toBeLessThanOrEqual(i + 6);
    }
    await slow.return!();
    expect((await queued).value).toBe(0);
  });

  it("makes room for one that waits while the first stands still", async () => {
    const pool = makePool();
    const first = pool.stream("count", { to: 50 }, [], { window: 2 });
    expect((await first.next()).value).toBe(0);
    const second = pool.stream("count", { to: 50 }, [], { window: 2 });
    expect((await second.next()).value).toBe(0);
    expect((await first.next()).value).toBe(1);
    expect(await collect(second)).toHaveLength(49);
    expect(await collect(first)).toHaveLength(48);
  });

  it("that stands still makes way at once for older work, and not for newer", async () => {
    const pool = makePool({ size: 2 });
    const seen = new Int32Array(new SharedArrayBuffer(8));
    const still = pool.stream("counted", { counter: seen.buffer, to: 50 }, [], { window: 2, since: 200 });
    await still.next();
    await expect.poll(() => seen[0]).toBe(3);
    // The other worker is at work all the time.
    const busy = collect(pool.stream("spin", { ms: 600 }, [], { since: 0 }));
    const newer = collect(pool.stream("count", { to: 1 }, [], { since: 300 }));
    await sleep(100);
    expect(seen[0]).toBe(3);
    const older = collect(pool.stream("count", { to: 1 }, [], { since: 100 }));
    await expect.poll(() => seen[0]).toBe(50);
    expect(await older).toEqual([0]);
    expect(await newer).toEqual([0]);
    expect(pool.running).toBe(1);
    expect(await collect(still)).toHaveLength(49);
    await busy;
  });
});

describe("a failing task", () => {
  it("gives its results first and then its error, once", async () => {
    const pool = makePool();
    const stream = pool.stream("fail", { error: "delta", after: 2 }, []);
    expect((await stream.next()).value).toBe(0);
    expect((await stream.next()).value).toBe(1);
    await expect(stream.next()).rejects.toMatchObject({
      code: "FILE_CORRUPT",
      message: "Bad page.",
      path: "p",
      cause: { message: "why" },
    });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(await collect(pool.stream("count", { to: 2 }, []))).toEqual([0, 1]);
  });

  it("passes on an error that is none of ours", async () => {
    await expect(collect(makePool().stream("fail", { error: "other" }, []))).rejects.toThrow(TypeError("a mistake"));
    await expect(collect(makePool().stream("unknown", {}, []))).rejects.toThrow('no task "unknown"');
  });

  it("fails when the payload cannot be cloned, and leaves the worker usable", async () => {
    const pool = makePool();
    await expect(collect(pool.stream("count", { to: () => 1 }, []))).rejects.toThrow("could not be cloned");
    expect(await collect(pool.stream("count", { to: 1 }, []))).toEqual([0]);
  });

  it("that leaves its worker unfit has the worker replaced", async () => {
    const pool = makePool();
    const [before] = await collect(pool.stream("thread", {}, []));
    const failing = codeOf(collect(pool.stream("fail", { error: "unfit" }, [])));
    const after = collect(pool.stream("thread", {}, []));
    expect(await failing).toBe("FILE_CORRUPT");
    expect(await after).not.toEqual([before]);
  });
});

describe("a worker that dies", () => {
  it.each(["exit", "throw", "reject"])("by %s fails its own task only and is replaced", async (how) => {
    const pool = makePool();
    const dying = pool.stream("die", { how, after: 1 }, [], { path: "s3://b/f.parquet" });
    const queued = collect(pool.stream("count", { to: 3 }, []));
    expect((await dying.next()).value).toBe(0);
    await expect(dying.next()).rejects.toMatchObject({ code: "WORKER_DIED", path: "s3://b/f.parquet" });
    expect(await queued).toEqual([0, 1, 2]);
  });

  it("while another works leaves that one alone", async () => {
    const pool = makePool({ size: 2 });
    const other = pool.stream("count", { to: 5 }, [], { window: 1 });
    await other.next();
    expect(await codeOf(collect(pool.stream("die", { how: "exit" }, [])))).toBe("WORKER_DIED");
    expect(await collect(other)).toEqual([1, 2, 3, 4]);
  });

  it("because there can be no thread at all fails its task, and says that none could be started", async () => {
    const pool = makePool({ heapMb: Number.NaN, file: new URL("https://example.com/worker.mjs") });
    expect(pool.hasWorker()).toBe(false);
    await expect(collect(pool.stream("count", { to: 1 }, [], { path: "f" }))).rejects.toMatchObject({
      code: "WORKER_DIED",
      path: "f",
      message: expect.stringMatching(/^No worker thread could be started for this task: .*Try fewer workers/s),
    });
    expect(pool.threads).toBe(0);
  });

  it("before it could start fails its task and not the pool", async () => {
    const pool = makePool({ file: new URL("./no-such-worker.mjs", import.meta.url) });
    const results = [0, 1, 2].map(() => codeOf(collect(pool.stream("count", { to: 1 }, []))));
    expect(await Promise.all(results)).toEqual(["WORKER_DIED", "WORKER_DIED", "WORKER_DIED"]);
  });
});

describe("workers that are started ahead", () => {
  it("are one where it is asked whether there is any, which gets the next task", async () => {
    const pool = makePool({ size: 2 });
    expect([pool.threads, pool.hasWorker(), pool.hasWorker(), pool.threads]).toEqual([0, true, true, 1]);
    expect(await collect(pool.stream("count", { to: 2 }, []))).toEqual([0, 1]);
    expect(pool.threads).toBe(1);
    await pool.close();
    expect(pool.hasWorker()).toBe(true);
    expect(await codeOf(collect(pool.stream("count", { to: 2 }, [])))).toBe("CLOSED");
  });

  it("are as many as there may be, and get the tasks that come", async () => {
    const pool = makePool({ size: 2 });
    pool.warm("count");
    pool.warm("count");
    expect([pool.threads, pool.running]).toEqual([2, 0]);
    const results = await Promise.all([3, 4].map((to) => collect(pool.stream("count", { to }, []))));
    expect(results).toEqual([
      [0, 1, 2],
      [0, 1, 2, 3],
    ]);
    expect(pool.threads).toBe(2);
  });

  it("end when nothing comes, and are none where the pool is closed", async () => {
    const pool = makePool({ size: 2, idleMs: 20 });
    pool.warm("count");
    while (pool.threads > 0) await sleep(10);
    await pool.close();
    pool.warm("count");
    expect(pool.threads).toBe(0);
  });

  it("take the failure of loading a task for that of the task", async () => {
    const pool = makePool({ size: 1 });
    pool.warm("no such kind" as never);
    expect(await collect(pool.stream("count", { to: 2 }, []))).toEqual([0, 1]);
  });
});

describe("cancelling", () => {
  it("rejects with ABORTED and the signal's reason, and keeps the worker if it listens", async () => {
    const pool = makePool();
    const [thread] = await collect(pool.stream("thread", {}, []));
    const controller = new AbortController();
    const counter = new SharedArrayBuffer(8);
    const stream = pool.stream("counted", { counter, to: 1e9, ms: 1 }, [], { signal: controller.signal });
    await stream.next();
    const pending = collect(stream);
    controller.abort("enough");
    await expect(pending).rejects.toMatchObject({ code: "ABORTED", cause: "enough" });
    expect(new Int32Array(counter)[1]).toBe(1);
    expect(pool.running).toBe(0);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(await collect(pool.stream("thread", {}, []))).toEqual([thread]);
  });

  it("ends a worker that does not listen", async () => {
    const pool = makePool();
    const [thread] = await collect(pool.stream("thread", {}, []));
    const controller = new AbortController();
    const pending = codeOf(collect(pool.stream("spin", { ms: 60_000 }, [], { signal: controller.signal })));
    await sleep(20);
    const start = performance.now();
    controller.abort();
    expect(await pending).toBe("ABORTED");
    expect(performance.now() - start).toBeLessThan(30_000);
    expect(await collect(pool.stream("thread", {}, []))).not.toEqual([thread]);
  });

  it("does not give another task to a worker that is being ended", async () => {
    // The task ends at about the time at which the pool loses patience with it.
    const pool = makePool({ size: 2, graceMs: 1 });
    for (let i = 0; i < 40; i++) {
      const counter = new SharedArrayBuffer(8);
      const stopped = pool.stream("counted", { counter, to: 1e9, ms: 1 }, []);
      await stopped.next();
      const others = [1, 2, 3].map(() => collect(pool.stream("count", { to: 2 }, [])));
      await stopped.return!();
      expect(await Promise.all(others)).toEqual([
        [0, 1],
        [0, 1],
        [0, 1],
      ]);
    }
  });

  it("takes a queued task out of the queue", async () => {
    const pool = makePool();
    const running = collect(pool.stream("spin", { ms: 300 }, []));
    const controller = new AbortController();
    const counter = new SharedArrayBuffer(8);
    const queued = codeOf(collect(pool.stream("counted", { counter, to: 1 }, [], { signal: controller.signal })));
    controller.abort();
    expect(await queued).toBe("ABORTED");
    expect(await running).toEqual(["spun"]);
    expect(new Int32Array(counter)[0]).toBe(0);
  });

  it("before the start sends nothing", async () => {
    const stream = makePool().stream("count", { to: 1 }, [], { signal: AbortSignal.abort("early") });
    await expect(stream.next()).rejects.toMatchObject({ code: "ABORTED", cause: "early" });
  });

  it("drops results that lie ready", async () => {
    const controller = new AbortController();
    const stream = makePool().stream("count", { to: 5 }, [], { signal: controller.signal });
    await stream.next();
    await sleep(50);
    controller.abort();
    expect(await codeOf(stream.next() as Promise<unknown>)).toBe("ABORTED");
  });

  it("leaves no listener on the signal", async () => {
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--;
      remove(...args);
    };
    const pool = makePool();
    await collect(pool.stream("count", { to: 3 }, [], { signal }));
    await codeOf(collect(pool.stream("fail", { error: "delta" }, [], { signal })));
    await codeOf(collect(pool.stream("die", { how: "exit" }, [], { signal })));
    for await (const _ of pool.stream("count", { to: 3 }, [], { signal })) break;
    expect(listeners).toBe(0);
  });
});

describe("leaving early", () => {
  it("stops the task before return() resolves", async () => {
    const counter = new SharedArrayBuffer(8);
    const seen = new Int32Array(counter);
    const pool = makePool();
    for await (const _ of pool.stream("counted", { counter, to: 1e9, ms: 1 }, [])) break;
    const made = seen[0];
    expect(seen[1]).toBe(1);
    await sleep(50);
    expect(seen[0]).toBe(made);
    expect(await collect(pool.stream("count", { to: 1 }, []))).toEqual([0]);
  });

  it("does not wait behind a pending next()", async () => {
    const pool = makePool();
    const stream = pool.stream("die", { how: "never" }, []);
    const pending = stream.next();
    await sleep(100);
    expect(await stream.return!()).toEqual({ done: true, value: undefined });
    expect(await pending).toEqual({ done: true, value: undefined });
  });
});

describe("closing", () => {
  it("fails what is under way and what comes after with CLOSED", async () => {
    const pool = makePool();
    const running = codeOf(collect(pool.stream("spin", { ms: 60_000 }, [])));
    const queued = codeOf(collect(pool.stream("count", { to: 1 }, [])));
    await sleep(100);
    await Promise.all([pool.close(), pool.close()]);
    expect(await running).toBe("CLOSED");
    expect(await queued).toBe("CLOSED");
    expect(await codeOf(collect(pool.stream("count", { to: 1 }, [])))).toBe("CLOSED");
  });

  it("of a pool that never worked is fine", async () => {
    await makePool().close();
  });
});

describe("threads", () => {
  it("are as many as the size allows", async () => {
    const pool = makePool({ size: 3 });
    const threads = await Promise.all([1, 2, 3, 4, 5, 6].map(() => collect(pool.stream("thread", {}, []))));
    expect(new Set(threads.flat()).size).toBeLessThanOrEqual(3);
    expect(() => workerPool({ size: 0 })).toThrow("size of a worker pool");
  });

  it("end when they are idle for long", async () => {
    const pool = makePool({ idleMs: 20 });
    const [before] = await collect(pool.stream("thread", {}, []));
    await sleep(200);
    expect(await collect(pool.stream("thread", {}, []))).not.toEqual([before]);
  });
});

describe("a process", () => {
  const run = promisify(execFile);
  async function script(body: string): Promise<string> {
    const source = `
      import { workerPool } from ${JSON.stringify(new URL("../dist/pool/worker-pool.js", import.meta.url).href)};
      const pool = workerPool({ size: 2, file: new URL(${JSON.stringify(FIXTURE.href)}), idleMs: 1e9 });
      ${body}`;
    const flags = ["--unhandled-rejections=strict", "--input-type=module", "-e", source];
    return (await run(process.execPath, flags, { timeout: 100_000 })).stdout;
  }

  it("exits by itself with an idle pool", async () => {
    expect(
      await script(`
        for await (const n of pool.stream("count", { to: 2 }, [])) console.log(n);
        const waiting = () => process.getActiveResourcesInfo().filter((name) => name !== "PipeWrap");
        process.on("exit", () => console.log(waiting().length));`),
    ).toBe("0\n1\n0\n");
  });

  it("exits by itself with a stream that nobody reads on", async () => {
    expect(
      await script(`
        const stream = pool.stream("count", { to: 1e9 }, []);
        console.log((await stream.next()).value);`),
    ).toBe("0\n");
  });

  it("waits for a result that somebody awaits", async () => {
    expect(await script(`console.log((await pool.stream("spin", { ms: 300 }, []).next()).value);`)).toBe("spun\n");
  });

  it("survives a worker that runs out of memory", async () => {
    expect(
      await script(`
        const small = workerPool({ size: 1, file: new URL(${JSON.stringify(FIXTURE.href)}), heapMb: 32 });
        await small.stream("die", { how: "memory" }, []).next().catch((error) => console.log(error.code));
        console.log((await small.stream("count", { to: 1 }, []).next()).value);`),
    ).toBe("WORKER_DIED\n0\n");
  });
});
