import { check, checkEqual, checkFails } from "./check.js";
import { type Clause, namesOf, pattern, urlOf, write } from "./subject.js";

const creating: readonly Clause[] = [
  [
    "creates an object that is not there, and leaves one that is",
    async ({ storage, root }) => {
      const url = `${root}deep/down/object`;
      checkEqual(await storage.put(url, pattern(10), { mode: "create" }), "created", "first");
      checkEqual(await storage.put(url, pattern(20), { mode: "create" }), "exists", "second");
      checkEqual(await storage.read(url), pattern(10), "content");
      checkEqual(await namesOf(storage.list(`${root}deep/down/`)), ["object"], "names");
    },
  ],
  [
    "lets one of many racing creates win, whole",
    async ({ storage, root }) => {
      for (let round = 0; round < 10; round++) {
        const url = `${root}${round}`;
        const results = await Promise.all(
          Array.from({ length: 16 }, (_, i) => storage.put(url, new Uint8Array(10_000).fill(i), { mode: "create" })),
        );
        const winners = results.flatMap((result, i) => (result === "created" ? [i] : []));
        checkEqual(winners.length, 1, `winners of round ${round}`);
        checkEqual(results.filter((result) => result === "exists").length, 15, "losers");
        const winner = winners[0]!;
        checkEqual(await storage.read(url), new Uint8Array(10_000).fill(winner), "content is the winner's");
      }
      checkEqual((await namesOf(storage.list(root))).length, 10, "objects");
    },
  ],
];

const refusing: readonly Clause[] = [
  [
    "refuses a create that it cannot do atomically, and writes nothing",
    async ({ storage, root }) => {
      await checkFails(() => storage.put(`${root}object`, pattern(10), { mode: "create" }), "STORAGE_FAILED", "create");
      checkEqual(await namesOf(storage.list(root)), [], "names");
    },
  ],
];

const replacing: readonly Clause[] = [
  [
    "overwrites whether or not the object is there",
    async ({ storage, root }) => {
      const url = `${root}object`;
      checkEqual(await storage.put(url, pattern(100), { mode: "overwrite" }), "overwritten", "first");
      checkEqual(await storage.put(url, pattern(10, 1), { mode: "overwrite" }), "overwritten", "second");
      checkEqual(await storage.read(url), pattern(10, 1), "content");
    },
  ],
  [
    "shows a reader the whole object or none while it is replaced",
    async ({ storage, root }) => {
      const url = `${root}object`;
      const size = 200_000;
      await storage.put(url, new Uint8Array(size), { mode: "overwrite" });
      let writing = true;
      const writer = async () => {
        for (let i = 1; i <= 20; i++) await storage.put(url, new Uint8Array(size).fill(i), { mode: "overwrite" });
        writing = false;
      };
      const reader = async () => {
        while (writing) {
          const bytes = await storage.read(url);
          check(bytes.length === size && bytes.every((byte) => byte === bytes[0]), "a torn object was read");
          checkEqual(await namesOf(storage.list(root)), ["object"], "names while replacing");
        }
      };
      await Promise.all([writer(), reader(), reader()]);
    },
  ],
  [
    "keeps what it was given, whatever the caller does with the bytes later",
    async (subject) => {
      const bytes = pattern(100);
      await write(subject, `${subject.root}object`, bytes);
      bytes.fill(9);
      checkEqual(await subject.storage.read(`${subject.root}object`), pattern(100), "content");
    },
  ],
  [
    "deletes an object; one that is not there is no error",
    async (subject) => {
      const { storage, root } = subject;
      await write(subject, urlOf(root, "a b%"), pattern(1));
      await storage.delete(urlOf(root, "a b%"));
      checkEqual(await namesOf(storage.list(root)), [], "names");
      await storage.delete(urlOf(root, "a b%"));
      await storage.delete(`${root}absent/below`);
    },
  ],
];

/** The clauses on writing, for a store whose `create` is such. */
export function writing(create: "atomic" | "refused"): readonly Clause[] {
  return [...(create === "atomic" ? creating : refusing), ...replacing];
}
