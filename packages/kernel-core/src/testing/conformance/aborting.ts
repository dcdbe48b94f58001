import { isDeltaError } from "../../errors.js";
import { check, checkEqual, checkFails } from "./check.js";
import { type Clause, collect, namesOf, pattern, type StorageSubject, write } from "./subject.js";

const LARGE = 8 * 1024 * 1024;

export const aborting: readonly Clause[] = [
  [
    "does nothing for a signal that has aborted",
    async (subject) => {
      const url = await largeObject(subject);
      const signal = abortedSignal();
      for (const [verb, call] of readsOf(subject, url)) await checkFails(() => call(signal), "ABORTED", verb);
      const absent = `${subject.root}absent`;
      const put = () => subject.storage.put(absent, pattern(1), { mode: "overwrite", signal });
      await checkFails(put, "ABORTED", "put");
      await checkFails(() => subject.storage.delete(url, { signal }), "ABORTED", "delete");
      checkEqual(await namesOf(subject.storage.list(subject.root)), ["object"], "names");
    },
  ],
  [
    "ends a read in ABORTED when its signal aborts meanwhile, with the reason as cause",
    async (subject) => {
      const url = await largeObject(subject);
      for (const [verb, call] of readsOf(subject, url)) {
        const controller = new AbortController();
        const reason = new Error("enough");
        const pending = call(controller.signal);
        controller.abort(reason);
        const error: unknown = await pending.then(
          () => undefined,
          (thrown) => thrown,
        );
        check(isDeltaError(error, "ABORTED"), `${verb}: expected ABORTED, got ${error}`);
        check((error as Error).cause === reason, `${verb}: the reason is not the cause`);
      }
    },
  ],
  [
    "ends a stream in ABORTED when its signal aborts between two pieces",
    async (subject) => {
      const url = await largeObject(subject);
      const controller = new AbortController();
      const read = async () => {
        let bytes = 0;
        for await (const piece of subject.storage.stream(url, { signal: controller.signal })) {
          bytes += piece.length;
          controller.abort();
        }
        return bytes;
      };
      await checkFails(read, "ABORTED", "stream");
    },
  ],
  [
    "leaves a whole object or none where a put was aborted",
    async (subject) => {
      const { storage, root } = subject;
      const size = subject.largeBytes ?? LARGE;
      const results: unknown[] = [];
      for (let delay = 0; delay < 5; delay++) {
        const controller = new AbortController();
        const url = `${root}${delay}`;
        const pending = storage.put(url, pattern(size), { mode: "overwrite", signal: controller.signal });
        const settled = pending.then(
          () => "done",
          (error) => (isDeltaError(error, "ABORTED") ? "aborted" : error),
        );
        for (let turn = 0; turn < delay * 20; turn++) await undefined;
        controller.abort();
        const result = await settled;
        results.push(result);
        const meta = await storage.head(url);
        check(meta === undefined || meta.size === size, `a torn object of ${meta?.size} bytes`);
        check(result !== "done" || meta !== undefined, "done, but no object");
      }
      check(
        results.every((result) => result === "done" || result === "aborted"),
        `ended in ${results}`,
      );
      const names = await namesOf(storage.list(root));
      check(
        names.every((name) => name.length === 1),
        `left behind: ${names}`,
      );
    },
  ],
];

type Call = (signal: AbortSignal) => Promise<unknown>;

function readsOf({ storage, root }: StorageSubject, url: string): (readonly [verb: string, call: Call])[] {
  return [
    ["list", (signal) => namesOf(storage.list(root, { signal }))],
    ["read", (signal) => storage.read(url, { signal })],
    ["readRanges", (signal) => storage.readRanges(url, [{ offset: 5, length: 10 }], { signal })],
    ["stream", (signal) => collect(storage.stream(url, { signal }))],
    ["head", (signal) => storage.head(url, { signal })],
  ];
}

async function largeObject(subject: StorageSubject): Promise<string> {
  const url = `${subject.root}object`;
  await write(subject, url, pattern(subject.largeBytes ?? LARGE));
  return url;
}

function abortedSignal(): AbortSignal {
  const controller = new AbortController();
  controller.abort();
  return controller.signal;
}
