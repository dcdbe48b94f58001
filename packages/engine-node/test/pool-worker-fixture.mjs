import { serveTasks } from "../dist/pool/serve-tasks.js";
import { UnfitWorker } from "../dist/pool/tasks.js";

const result = (value, bytes = 1, transfer = []) => ({ value, bytes, transfer });

function spin(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

// Kinds of task that behave as the real ones do at their worst.
serveTasks({
  count: async () =>
    async function* ({ to, bytes = 1 }) {
      for (let i = 0; i < to; i++) yield result(i, bytes);
    },
  buffers: async () =>
    async function* ({ input, count }) {
      yield result(input.byteLength, 1);
      for (let i = 0; i < count; i++) {
        const bytes = new Uint8Array(1000).fill(i);
        yield result(bytes, 1000, [bytes.buffer]);
      }
    },
  spin: async () =>
    async function* ({ ms }) {
      spin(ms);
      yield result("spun");
    },
  counted: async () =>
    async function* ({ counter, to, ms = 0 }) {
      const seen = new Int32Array(counter);
      try {
        for (let i = 0; i < to; i++) {
          Atomics.add(seen, 0, 1);
          spin(ms);
          yield result(i);
        }
      } finally {
        Atomics.store(seen, 1, 1);
      }
    },
  fail: async () =>
    async function* ({ error, after = 0 }) {
      for (let i = 0; i < after; i++) yield result(i);
      const { DeltaError } = await import("@asyncdelta/kernel-core");
      if (error === "delta") throw new DeltaError("FILE_CORRUPT", "Bad page.", { path: "p", cause: new Error("why") });
      if (error === "unfit") {
        throw new UnfitWorker("", { cause: new DeltaError("FILE_CORRUPT", "Panic.", { path: "p" }) });
      }
      throw new TypeError("a mistake");
    },
  die: async () =>
    async function* ({ how, after = 0 }) {
      for (let i = 0; i < after; i++) yield result(i);
      if (how === "exit") process.exit(3);
      if (how === "throw") {
        queueMicrotask(() => {
          throw new Error("stray");
        });
      }
      if (how === "reject") void Promise.reject(new Error("stray"));
      if (how === "memory") {
        const hoard = [];
        for (;;) hoard.push(new Array(10_000).fill(hoard.length));
      }
      await new Promise(() => {});
    },
  thread: async () =>
    async function* () {
      yield result((await import("node:worker_threads")).threadId);
    },
});
