import type { ObjectMeta } from "../../engine/storage.js";
import { check, checkEqual, checkFails } from "./check.js";
import { type Clause, nameOf, namesOf, pattern, type StorageSubject, urlOf, write } from "./subject.js";

/** In the order of their UTF-8 bytes. */
const ODD_NAMES: readonly string[] = [
  " leading space",
  "#hash",
  "%41",
  "%zz",
  "+plus&amp;",
  ".hidden",
  "00000000000000000001.json",
  "A",
  "Z",
  "[brackets]",
  "a b",
  "a=1;b",
  "a?b",
  "ab",
  "é",
  "日本",
  "\uE000",
  "\uFFFD",
  "\u{10000}",
  "\u{1F680}",
];

export const listing: readonly Clause[] = [
  [
    "lists by the UTF-8 bytes of the names, odd characters and all",
    async (subject) => {
      const names = ODD_NAMES.filter((name) => subject.canHold?.(name) ?? true);
      for (const name of [...names].reverse()) await write(subject, urlOf(subject.root, name), pattern(3));
      checkEqual(await list(subject), names, "names");
    },
  ],
  [
    "lists URLs that lead back to the object, with its size and time",
    async (subject) => {
      const names = ODD_NAMES.filter((name) => subject.canHold?.(name) ?? true);
      for (const [i, name] of names.entries()) await write(subject, urlOf(subject.root, name), pattern(i, i));
      let i = 0;
      for (const meta of await listMeta(subject)) {
        checkEqual(meta.size, i, `size of ${meta.url}`);
        check(Number.isSafeInteger(meta.lastModified), `lastModified of ${meta.url} is no whole number`);
        checkEqual(await subject.storage.read(meta.url), pattern(i, i), `content of ${meta.url}`);
        checkEqual(await subject.storage.head(meta.url), meta, `head of ${meta.url}`);
        i++;
      }
      checkEqual(i, names.length, "objects listed");
    },
  ],
  [
    "lists strictly after startAfter, which need not be there",
    async (subject) => {
      for (const name of ["a", "b", "c", "\uE000", "\u{10000}"])
        await write(subject, urlOf(subject.root, name), pattern(1));
      checkEqual(await list(subject, "b"), ["c", "\uE000", "\u{10000}"], "after b");
      checkEqual(await list(subject, "bb"), ["c", "\uE000", "\u{10000}"], "after bb");
      checkEqual(await list(subject, ""), ["a", "b", "c", "\uE000", "\u{10000}"], "after the empty name");
      checkEqual(await list(subject, "\uE000"), ["\u{10000}"], "after U+E000, before a surrogate pair");
      checkEqual(await list(subject, "\u{10000}"), [], "after the last");
    },
  ],
  [
    "lists the same from its names, if it has them",
    async (subject) => {
      const { storage, root } = subject;
      if (storage.listingOf?.(root) !== "names") return;
      checkEqual([...(await storage.names!(root))], [], "names where there is nothing");
      const written = ODD_NAMES.filter((name) => subject.canHold?.(name) ?? true);
      for (const name of [...written, "a", "b"]) await write(subject, urlOf(root, name), pattern(1));
      await write(subject, `${root}directory/c`, pattern(1));
      const names = await storage.names!(root);
      checkEqual([...names].sort(), [...written, "a", "b", "directory"].sort(), "names");
      await storage.delete(urlOf(root, "b"));
      for (const startAfter of [undefined, "a", written[0]]) {
        const listed = await namesOf(storage.list(root, { startAfter, names }));
        checkEqual(listed, await namesOf(storage.list(root, { startAfter })), `after ${startAfter ?? "nothing"}`);
      }
      checkEqual(
        await namesOf(storage.list(root, { names: ["b", "a"] })),
        ["a"],
        "of two names, one of which has gone",
      );
    },
  ],
  [
    "lists all that sorts before endBefore, whatever it does with the rest",
    async (subject) => {
      for (const name of ["a", "b", "c", "d"]) await write(subject, urlOf(subject.root, name), pattern(1));
      for (const [endBefore, least] of [
        ["c", ["a", "b"]],
        ["cc", ["a", "b", "c"]],
        ["a", []],
      ] as const) {
        const names = await namesOf(subject.storage.list(subject.root, { endBefore }));
        checkEqual(names.slice(0, least.length), least, `before ${endBefore}`);
        checkEqual(names, ["a", "b", "c", "d"].slice(0, names.length), `in order, before ${endBefore}`);
      }
    },
  ],
  [
    "lists a directory's own objects only",
    async (subject) => {
      await write(subject, urlOf(subject.root, "file"), pattern(1));
      await write(subject, `${subject.root}sub/below`, pattern(1));
      await write(subject, `${subject.root}sub/deeper/below`, pattern(1));
      await write(subject, `${subject.root}sub-sibling`, pattern(1));
      checkEqual(await list(subject), ["file", "sub-sibling"], "root");
      checkEqual(await namesOf(subject.storage.list(`${subject.root}sub/`)), ["below"], "sub");
    },
  ],
  [
    "takes an absent directory for an empty one",
    async (subject) => {
      checkEqual(await namesOf(subject.storage.list(`${subject.root}absent/`)), [], "absent");
      checkEqual(await namesOf(subject.storage.list(`${subject.root}absent/below/`)), [], "absent, below");
    },
  ],
  [
    "lists a thousand and more objects in pages, none lost or doubled",
    async (subject) => {
      const names = Array.from({ length: 1203 }, (_, i) => `${String(i).padStart(20, "0")}.json`);
      for (let i = 0; i < names.length; i += 50) {
        await Promise.all(names.slice(i, i + 50).map((name) => write(subject, urlOf(subject.root, name), pattern(1))));
      }
      const sizes: number[] = [];
      const listed: string[] = [];
      for await (const page of subject.storage.list(subject.root)) {
        sizes.push(page.length);
        for (const { url } of page) listed.push(nameOf(url));
      }
      checkEqual(listed, names, "names");
      check(sizes.length > 1 && !sizes.includes(0), `pages of ${sizes} objects: expected several, none empty`);
      checkEqual(await list(subject, names[1100]), names.slice(1101), "after the 1101st");
    },
  ],
  [
    "ends a listing that is left early",
    async (subject) => {
      for (const name of ["a", "b"]) await write(subject, urlOf(subject.root, name), pattern(1));
      for await (const _page of subject.storage.list(subject.root)) break;
      checkEqual(await list(subject), ["a", "b"], "listed again");
    },
  ],
  [
    "refuses to list what is not a directory URL",
    (subject) =>
      checkFails(() => namesOf(subject.storage.list(subject.root.slice(0, -1))), "INVALID_ARGUMENT", "list without /"),
  ],
];

function list(subject: StorageSubject, startAfter?: string): Promise<string[]> {
  return namesOf(subject.storage.list(subject.root, { startAfter }));
}

async function listMeta({ storage, root }: StorageSubject): Promise<ObjectMeta[]> {
  const all: ObjectMeta[] = [];
  for await (const page of storage.list(root)) all.push(...page);
  return all;
}
