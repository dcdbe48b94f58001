import { Field, Int32, Int64, Struct, Utf8, vectorFromArray } from "apache-arrow";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AddFile } from "../src/actions/add-file.js";
import { noActions } from "../src/actions/commit-actions.js";
import { FileKeys } from "../src/actions/file-key.js";
import { resolveFileUrl } from "../src/actions/resolve-path.js";
import { FileColumns } from "../src/columnar/file-columns.js";
import { hash128, KeyMap } from "../src/replay/key-map.js";
import { Reconciler } from "../src/replay/reconciler.js";

const encoder = new TextEncoder();
const SEEDS = Number(process.env.ASYNCDELTA_SEEDS ?? "1");

function add(path: string, dv?: string, offset?: number): AddFile {
  const deletionVector = { storageType: "u", pathOrInlineDv: dv ?? "", sizeInBytes: 1, cardinality: 1 };
  return {
    path,
    partitionValues: {},
    size: 1,
    modificationTime: 0,
    dataChange: true,
    ...(dv === undefined
      ? {}
      : { deletionVector: offset === undefined ? deletionVector : { ...deletionVector, offset } }),
  };
}

const actions = (adds: AddFile[], removes: AddFile[] = []) => ({ ...noActions(), adds, removes });
const at = (version: number) => ({ version, path: `${version}.json` });

function key(path: string, dv?: string, offset?: number, root = "file:///lake/t/"): string {
  const keys = new FileKeys(root);
  keys.fromText(path, add(path, dv, offset).deletionVector);
  return new TextDecoder().decode(keys.bytes.slice(0, keys.length));
}

describe("the key of a logical file", () => {
  test.each([
    ["p=M%C3%BCnchen/a.parquet", "p=München/a.parquet"],
    ["a%20b.parquet", "a b.parquet"],
    ["/other/a%23.parquet", "file:///other/a%23.parquet"],
    ["file:/other/a.parquet", "file:///other/a.parquet"],
    ["file:///lake/t/a.parquet", "a.parquet"],
    ["/lake/t/a%20b.parquet", "a%20b.parquet"],
  ])("%s is the same file as %s", (a, b) => {
    expect(key(a)).toBe(key(b));
  });

  test.each([
    ["a%2525.parquet", "a%25.parquet"],
    ["a.parquet", "A.parquet"],
    ["/other/a.parquet", "other/a.parquet"],
    ["t=12:30/a.parquet", "t=12%3A31/a.parquet"],
    ["s3://bucket/a.parquet", "/bucket/a.parquet"],
  ])("%s is another file than %s", (a, b) => {
    expect(key(a)).not.toBe(key(b));
  });

  test("a colon in a relative path is no scheme", () => {
    expect(key("t=12:30/a.parquet")).toBe(key("t=12%3A30/a.parquet"));
  });

  test("holds the deletion vector, and an absent offset is not an offset of 0", () => {
    expect(new Set([key("a"), key("a", "x"), key("a", "x", 0), key("a", "x", 1), key("a", "y")]).size).toBe(5);
  });

  test("a percent sign that escapes nothing stands for itself", () => {
    expect(key("100%.parquet")).toBe(key("100%25.parquet"));
    expect(key("%ff%fe.parquet")).toBe(key("%25ff%25fe.parquet"));
  });

  test("is the same for two paths exactly where their URLs are the same", () => {
    const roots = ["file:///lake/t/", "s3://lake/t/", "https://lake/t/", "file:///lake/my%2Dtable%20é/"];
    const piece = fc.constantFrom(
      ..."ab./:%#? é".split(""),
      "%41",
      "%2F",
      "%25",
      "%2",
      "/lake/t/",
      "s3://lake",
      "https://lake",
    );
    const path = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(""));
    let same = 0;
    fc.assert(
      fc.property(fc.constantFrom(...roots), path, path, fc.nat(4), (root, a, other, spelling) => {
        const b = [other, resolveFileUrl(root, a), a.replaceAll("a", "%61"), `./${a}`, a.replaceAll("%41", "A")][
          spelling
        ]!;
        // The root itself may be spelled in several ways.
        const canonical = resolveFileUrl(root, root);
        const [urlA, urlB] = [resolveFileUrl(canonical, a), resolveFileUrl(canonical, b)];
        if (urlA === urlB) same++;
        expect(key(a, undefined, undefined, root) === key(b, undefined, undefined, root)).toBe(urlA === urlB);
      }),
      { seed: 3, numRuns: Math.ceil(5000 * SEEDS) },
    );
    expect(same).toBeGreaterThan(200 * SEEDS);
  });
});

describe("the map of keys", () => {
  test.each([
    ["The quick brown fox jumps over the lazy dog", "2f1583c3ecee2c675d7bf66ce5e91d2c"],
    ["I will not buy this record, it is scratched.", "a0a9683b25ac5e40d9af2895890dddf5"],
  ])("hashes as MurmurHash3_x86_128 does: %s", (text, expected) => {
    for (const shift of [0, 1, 3]) {
      const bytes = encoder.encode("x".repeat(shift) + text);
      const out = new Int32Array(4);
      hash128(bytes, shift, bytes.length, 0, out);
      expect([...out].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("")).toBe(expected);
    }
  });

  test("behaves as a Map does, through growth, for keys that differ in one byte or in length alone", () => {
    const texts = fc.array(fc.tuple(fc.string({ maxLength: 40 }), fc.nat(5)), { maxLength: 400 });
    fc.assert(
      fc.property(
        texts,
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.nat(20_000),
        (entries, random, expected) => {
          const [map, model] = [new KeyMap(random, expected), new Map<string, number>()];
          for (const [text, value] of entries) {
            const bytes = encoder.encode(text);
            expect(map.get(bytes, 0, bytes.length)).toBe(model.get(text) ?? -1);
            expect(map.putIfAbsent(bytes, 0, bytes.length, value)).toBe(model.get(text) ?? -1);
            if (!model.has(text)) model.set(text, value);
          }
          expect(map.size).toBe(model.size);
        },
      ),
      { numRuns: Math.ceil(100 * SEEDS) },
    );
  });

  test("keeps a hundred thousand near-equal keys apart", () => {
    const map = new KeyMap(0.5);
    for (let i = 0; i < 100_000; i++) {
      const bytes = encoder.encode(`part-${i}\u0000`);
      expect(map.putIfAbsent(bytes, 0, bytes.length, i)).toBe(-1);
    }
    for (let i = 0; i < 100_000; i += 997) {
      const bytes = encoder.encode(`part-${i}\u0000`);
      expect(map.get(bytes, 0, bytes.length)).toBe(i);
    }
  });
});

/** The same files as a checkpoint or a large commit has them. */
function fileColumns(files: readonly AddFile[]): FileColumns {
  const vector = new Struct([
    new Field("storageType", new Utf8(), true),
    new Field("pathOrInlineDv", new Utf8(), true),
    new Field("sizeInBytes", new Int32(), true),
    new Field("cardinality", new Int64(), true),
  ]);
  const type = new Struct([
    new Field("path", new Utf8(), true),
    new Field("size", new Int64(), true),
    new Field("modificationTime", new Int64(), true),
    new Field("deletionVector", vector, true),
  ]);
  const rows = files.map(({ path, deletionVector }) => ({
    path,
    size: 1n,
    modificationTime: 0n,
    deletionVector: deletionVector === undefined ? null : { ...deletionVector, cardinality: 1n },
  }));
  return new FileColumns(vectorFromArray(rows, type).data[0]! as never, at(0));
}

describe("reconciliation", () => {
  const live = (...commits: ReturnType<typeof actions>[]) => {
    const reconciler = new Reconciler("memory:///t/", 0.25);
    return commits.flatMap((commit, i) => {
      reconciler.startCommit(at(commits.length - i));
      return reconciler.reconcile(commit);
    });
  };

  test("a newer remove hides an older add, and a newer add replaces it", () => {
    const renewed = { ...add("b"), stats: "{}" };
    expect(live(actions([renewed], [add("a")]), actions([add("a"), add("b"), add("c")]))).toEqual([renewed, add("c")]);
  });

  test("remove and add of one path with different vectors in one commit leave the added one, in either order", () => {
    for (const commit of [actions([add("a", "2")], [add("a", "1")]), actions([add("a", "2")], [add("a")])]) {
      expect(
        live(commit, actions([add("a", "1")]), actions([add("a")], [])).filter(
          (f) => f.deletionVector?.pathOrInlineDv === "2",
        ),
      ).toHaveLength(1);
    }
    expect(live(actions([add("a", "2")], [add("a", "1")]), actions([add("a", "1")]))).toEqual([add("a", "2")]);
  });

  test("a file that was removed and added again is live", () => {
    expect(live(actions([add("a")]), actions([], [add("a")]), actions([add("a")]))).toEqual([add("a")]);
  });

  test.each([
    ["two adds", actions([add("a"), add("a")])],
    ["two adds in two spellings", actions([add("a%20b"), add("a b")])],
    ["an add and a remove", actions([add("a", "1")], [add("a", "1")])],
    ["two removes", actions([], [add("a"), add("a")])],
  ])("%s of one file in one commit are a contradiction", (_, commit) => {
    expect(() => live(commit)).toThrow(expect.objectContaining({ code: "LOG_CORRUPT", version: 1 }));
  });

  test("a checkpoint's files survive unless a commit speaks of them", () => {
    const reconciler = new Reconciler("memory:///t/", 0.25);
    expect(reconciler.survivors([add("a"), add("a")])).toHaveLength(2);
    reconciler.startCommit(at(1));
    reconciler.reconcile(actions([add("b")], [add("a")]));
    expect(reconciler.survivors([add("a"), add("b"), add("c"), add("a", "1")])).toEqual([add("c"), add("a", "1")]);
  });

  test("files in columns survive as they do as objects, whatever their paths and vectors are", () => {
    const name = fc.constantFrom(
      "a",
      "b/c",
      "d%20e",
      "d e",
      "é",
      "./a",
      "x/../a",
      "/t/a",
      ".",
      "b/.c",
      "b.",
      "long/é/ü",
    );
    const file = fc.record({ path: name, dv: fc.option(fc.constantFrom("1", "2"), { nil: undefined, freq: 2 }) });
    const files = fc.array(
      file.map(({ path, dv }) => add(path, dv)),
      { maxLength: 12 },
    );
    const plain = fc.array(
      fc.constantFrom("a", "b/c", "b/d", "b.").map((path) => add(path)),
      { maxLength: 12 },
    );
    let [removed, kept] = [0, 0];
    fc.assert(
      fc.property(files, fc.oneof(files, plain), fc.boolean(), fc.nat(4), (spoken, listed, asColumns, mostTexts) => {
        const objects = new Reconciler("memory:///t/", 0.25);
        const columns = new Reconciler("memory:///t/", 0.25, mostTexts);
        spoken.forEach((one, i) => {
          for (const reconciler of [objects, columns]) reconciler.startCommit(at(spoken.length - i));
          objects.reconcile(actions([], [one]));
          if (asColumns && i % 2 === 1) columns.reconcileColumns(undefined, fileColumns([one]));
          else columns.reconcile(actions([], [one]));
        });
        const survivors = new Set(objects.survivors(listed));
        const rows = listed.flatMap((one, row) => (survivors.has(one) ? [row] : []));
        expect([...columns.survivingRows(fileColumns(listed))]).toEqual(rows);
        kept += rows.length;
        removed += listed.length - rows.length;
      }),
      { numRuns: Math.ceil(500 * SEEDS) },
    );
    expect(kept).toBeGreaterThan(100 * SEEDS);
    expect(removed).toBeGreaterThan(100 * SEEDS);
  });

  test("of many files in columns those few go that commits speak of, however they spell their paths", () => {
    const spelled = fc.record({ at: fc.nat(250), prefix: fc.constantFrom("", "./", "x/../", "/t/"), dv: fc.boolean() });
    const listed = Array.from({ length: 200 }, (_, i) => add(`part-${i}.parquet`));
    fc.assert(
      fc.property(fc.array(spelled, { minLength: 1, maxLength: 20 }), (spoken) => {
        const reconciler = new Reconciler("memory:///t/", 0.25);
        for (const [i, { at: file, prefix, dv }] of spoken.entries()) {
          reconciler.startCommit(at(spoken.length - i));
          reconciler.reconcile(actions([], [add(`${prefix}part-${file}.parquet`, dv ? "1" : undefined)]));
        }
        const gone = new Set(spoken.filter(({ dv }) => !dv).map(({ at: file }) => file));
        const rows = Array.from(listed.keys()).filter((row) => !gone.has(row));
        expect([...reconciler.survivingRows(fileColumns(listed))]).toEqual(rows);
      }),
      { numRuns: Math.ceil(200 * SEEDS) },
    );
  });

  test("commits in columns leave what they leave as objects, and contradict themselves where those do", () => {
    const name = fc.constantFrom("a", "b/c", "d%20e", "d e", "é", "./a", "long/é/ü", "p=1/f", "p=2/f", "p=3/f");
    const file = fc.record({ path: name, dv: fc.option(fc.constantFrom("1", "2"), { nil: undefined, freq: 1 }) });
    const files = fc.uniqueArray(file, { selector: ({ path, dv }) => `${path} ${dv}`, maxLength: 5 });
    // Half of the commits only add: of two lists as long as these, most contradict themselves.
    const history = fc.array(fc.tuple(files, fc.oneof(fc.constant([]), files)), { maxLength: 6 });
    let [contradictions, lives] = [0, 0];
    const outcome = (reconcile: () => readonly AddFile[]) => {
      try {
        return reconcile().map(({ path, deletionVector }) => `${path} ${deletionVector?.pathOrInlineDv}`);
      } catch (error) {
        return (error as Error).message;
      }
    };
    fc.assert(
      fc.property(history, fc.constantFrom(0, 3, 8, 100), fc.nat(7), (commits, mostTexts, large) => {
        const objects = new Reconciler("memory:///t/", 0.25);
        const columns = new Reconciler("memory:///t/", 0.25, mostTexts);
        for (const [i, lists] of commits.entries()) {
          const [adds, removes] = lists.map((list) => list.map(({ path, dv }) => add(path, dv))) as [
            AddFile[],
            AddFile[],
          ];
          objects.startCommit(at(i));
          columns.startCommit(at(i), i === large ? 2 ** 30 : 0);
          const wanted = outcome(() => objects.reconcile(actions(adds, removes)));
          const found = outcome(() =>
            [...columns.reconcileColumns(fileColumns(adds), fileColumns(removes))].map((row) => adds[row]!),
          );
          expect(found).toEqual(wanted);
          if (typeof wanted === "string") {
            contradictions++;
            return;
          }
          lives += wanted.length;
        }
      }),
      { numRuns: Math.ceil(400 * SEEDS) },
    );
    expect(contradictions).toBeGreaterThan(10 * SEEDS);
    expect(lives).toBeGreaterThan(50 * SEEDS);
  });

  test("equals a forward replay for random histories", () => {
    const file = fc.record({
      path: fc.constantFrom("a", "b", "c", "d"),
      dv: fc.option(fc.constantFrom("1", "2"), { nil: undefined }),
    });
    const step = fc.record({ file, remove: fc.boolean() });
    const commit = fc.uniqueArray(step, { selector: (s) => `${s.file.path}/${s.file.dv}`, maxLength: 6 });
    fc.assert(
      fc.property(fc.array(commit, { maxLength: 12 }), (history) => {
        const model = new Map<string, AddFile>();
        const commits = history.map((steps, version) => {
          const adds = steps.filter((s) => !s.remove).map((s) => ({ ...add(s.file.path, s.file.dv), size: version }));
          const removes = steps.filter((s) => s.remove).map((s) => add(s.file.path, s.file.dv));
          for (const f of removes) model.delete(`${f.path}/${f.deletionVector?.pathOrInlineDv}`);
          for (const f of adds) model.set(`${f.path}/${f.deletionVector?.pathOrInlineDv}`, f);
          return actions(adds, removes);
        });
        const found = live(...commits.reverse());
        expect(new Set(found)).toEqual(new Set(model.values()));
        expect(found).toHaveLength(model.size);
      }),
      { numRuns: Math.ceil(500 * SEEDS) },
    );
  });
});
