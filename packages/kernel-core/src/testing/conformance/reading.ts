import type { ByteRange } from "../../engine/storage.js";
import { check, checkEqual, checkFails } from "./check.js";
import { type Clause, collect, equalBytes, pattern, type StorageSubject, write } from "./subject.js";

const LARGE = 8 * 1024 * 1024;
const range = (offset: number, length: number): ByteRange => ({ offset, length });

export const reading: readonly Clause[] = [
  [
    "reads a whole object, an empty one too",
    async (subject) => {
      const url = await object(subject, 1000);
      checkEqual(await subject.storage.read(url), pattern(1000), "whole");
      const empty = await object(subject, 0, "empty");
      checkEqual(await subject.storage.read(empty), pattern(0), "empty");
      checkEqual((await subject.storage.head(empty))?.size, 0, "size of the empty one");
    },
  ],
  [
    "reads exactly the range asked for",
    async (subject) => {
      const url = await object(subject, 1000);
      for (const [offset, length] of [
        [0, 1],
        [0, 1000],
        [999, 1],
        [250, 500],
        [3, 0],
      ] as const) {
        const bytes = await subject.storage.read(url, { range: range(offset, length) });
        checkEqual(bytes, pattern(length, offset), `range ${offset}, ${length}`);
      }
    },
  ],
  [
    "reads ranges in the order asked for: apart, touching, overlapping, twice, empty",
    async (subject) => {
      const url = await object(subject, 4_000_000);
      const ranges = [
        range(3_999_995, 5),
        range(0, 10),
        range(10, 10),
        range(5, 10),
        range(0, 10),
        range(7, 0),
        range(3_000_000, 70_000),
      ];
      const parts = await subject.storage.readRanges(url, ranges);
      checkEqual(parts.length, ranges.length, "number of parts");
      for (const [i, { offset, length }] of ranges.entries()) {
        checkEqual(parts[i], pattern(length, offset % 251), `range ${offset}, ${length}`);
      }
      checkEqual(await subject.storage.readRanges(url, []), [], "no ranges");
    },
  ],
  [
    "reads into memory that the caller gives, or into its own",
    async (subject) => {
      const url = await object(subject, 2_000_000);
      const ranges = [range(0, 1000), range(1_900_000, 70_000), range(500, 1000), range(9, 0)];
      const given = new Set<ArrayBufferLike>();
      const allocate = (length: number): Uint8Array => {
        const memory = new Uint8Array(new SharedArrayBuffer(length + 100), 50, length);
        given.add(memory.fill(255).buffer);
        return memory;
      };
      const parts = await subject.storage.readRanges(url, ranges, { allocate });
      for (const [i, { offset, length }] of ranges.entries()) {
        checkEqual(parts[i], pattern(length, offset % 251), `range ${offset}, ${length}`);
      }
      const isGiven = parts.filter(({ length }) => length > 0).map(({ buffer }) => given.has(buffer));
      check(new Set(isGiven).size === 1, "all ranges are in memory of one kind");
      const part = await subject.storage.read(url, { range: ranges[1]!, allocate });
      checkEqual(part, pattern(70_000, 1_900_000 % 251), "one range");
    },
  ],
  [
    "fails with FILE_CHANGED where the object ends before the range",
    async (subject) => {
      const url = await object(subject, 1000);
      for (const { offset, length } of [range(0, 1001), range(999, 2), range(1000, 1), range(5000, 10)]) {
        const what = `range ${offset}, ${length} of 1000`;
        await checkFails(() => subject.storage.read(url, { range: range(offset, length) }), "FILE_CHANGED", what);
        const ranges = [range(0, 10), range(offset, length)];
        await checkFails(() => subject.storage.readRanges(url, ranges), "FILE_CHANGED", `${what}, readRanges`);
        const stream = () => collect(subject.storage.stream(url, { range: range(offset, length) }));
        await checkFails(stream, "FILE_CHANGED", `${what}, stream`);
      }
    },
  ],
  [
    "fails with FILE_NOT_FOUND where there is no object; head gives undefined",
    async (subject) => {
      const { storage, root } = subject;
      await write(subject, `${root}dir/below`, pattern(1));
      for (const url of [`${root}absent`, `${root}absent/below`, `${root}dir`]) {
        await checkFails(() => storage.read(url), "FILE_NOT_FOUND", `read ${url}`);
        await checkFails(() => storage.read(url, { range: range(0, 1) }), "FILE_NOT_FOUND", `read range of ${url}`);
        await checkFails(() => storage.readRanges(url, [range(0, 1)]), "FILE_NOT_FOUND", `readRanges ${url}`);
        await checkFails(() => collect(storage.stream(url)), "FILE_NOT_FOUND", `stream ${url}`);
        checkEqual(await storage.head(url), undefined, `head ${url}`);
      }
    },
  ],
  [
    "refuses ranges that are none",
    async (subject) => {
      const url = await object(subject, 10);
      for (const bad of [range(-1, 2), range(0, -1), range(0.5, 1), range(0, Number.NaN), range(0, 2 ** 60)]) {
        const what = `offset ${bad.offset}, length ${bad.length}`;
        await checkFails(() => subject.storage.read(url, { range: bad }), "INVALID_ARGUMENT", what);
        await checkFails(() => subject.storage.readRanges(url, [bad]), "INVALID_ARGUMENT", `${what}, readRanges`);
        await checkFails(
          () => collect(subject.storage.stream(url, { range: bad })),
          "INVALID_ARGUMENT",
          `${what}, stream`,
        );
      }
    },
  ],
  [
    "streams a whole object in pieces that are the reader's own",
    async (subject) => {
      const size = subject.largeBytes ?? LARGE;
      const url = await object(subject, size);
      let pieces = 0;
      const counted = async function* () {
        for await (const piece of subject.storage.stream(url)) {
          pieces++;
          yield piece.slice();
          piece.fill(0);
        }
      };
      const whole = await collect(counted());
      check(equalBytes(whole, pattern(size)), "the pieces are not the object");
      check(pieces > 1, "expected several pieces");
      check(equalBytes(await subject.storage.read(url), pattern(size)), "the reader's writing reached the object");
    },
  ],
  [
    "streams a range, and nothing of an empty object",
    async (subject) => {
      const url = await object(subject, 300_000);
      const part = await collect(subject.storage.stream(url, { range: range(100_001, 150_000) }));
      check(equalBytes(part, pattern(150_000, 100_001 % 251)), "the pieces are not the range");
      checkEqual(await collect(subject.storage.stream(await object(subject, 0, "empty"))), pattern(0), "empty");
    },
  ],
  [
    "ends a stream that is left early",
    async (subject) => {
      const url = await object(subject, subject.largeBytes ?? LARGE);
      for await (const piece of subject.storage.stream(url)) {
        check(piece.length > 0, "an empty piece");
        break;
      }
      checkEqual((await subject.storage.read(url, { range: range(0, 5) })).length, 5, "read afterwards");
    },
  ],
  [
    "fails with FILE_CHANGED when the etag is another",
    async (subject) => {
      const { storage } = subject;
      const url = await object(subject, 1000);
      const ifMatch = (await storage.head(url))?.etag;
      if (ifMatch === undefined) return;
      checkEqual(await storage.read(url, { ifMatch }), pattern(1000), "same etag");
      checkEqual(await storage.readRanges(url, [range(1, 1)], { ifMatch }), [pattern(1, 1)], "same etag, readRanges");
      await write(subject, url, pattern(1000, 7));
      check((await storage.head(url))?.etag !== ifMatch, "the etag stayed although the object changed");
      await checkFails(() => storage.read(url, { ifMatch }), "FILE_CHANGED", "read");
      await checkFails(() => storage.read(url, { ifMatch, range: range(0, 1) }), "FILE_CHANGED", "read range");
      await checkFails(() => storage.readRanges(url, [range(0, 1)], { ifMatch }), "FILE_CHANGED", "readRanges");
      await checkFails(() => collect(storage.stream(url, { ifMatch })), "FILE_CHANGED", "stream");
    },
  ],
  [
    "says the etag of what it reads, where it has any",
    async (subject) => {
      const { storage } = subject;
      const url = await object(subject, 1000);
      const etags = new Set<string>();
      const onEtag = (etag: string) => void etags.add(etag);
      await storage.read(url, { onEtag });
      await storage.read(url, { range: range(3, 4), onEtag });
      await storage.readRanges(url, [range(1, 1), range(900, 5)], { onEtag });
      await collect(storage.stream(url, { onEtag }));
      const [ifMatch] = etags;
      if (ifMatch === undefined) return;
      checkEqual([...etags], [ifMatch], "one object has one etag");
      checkEqual(await storage.read(url, { ifMatch }), pattern(1000), "same etag");
      await write(subject, url, pattern(1000, 7));
      await checkFails(() => storage.read(url, { ifMatch, range: range(0, 1) }), "FILE_CHANGED", "read range");
    },
  ],
];

async function object(subject: StorageSubject, size: number, name = "object"): Promise<string> {
  const url = subject.root + name;
  await write(subject, url, pattern(size));
  return url;
}
