import { describe, expect, test } from "vitest";
import { beforeVersion, paddedVersion, parseLogFileName } from "../src/log/file-name.js";
import { type LogFile, logFile } from "../src/log/log-file.js";
import { chooseSegment } from "../src/log/log-segment.js";

const ROOT = "memory:///t/_delta_log/";
const UUID = "80a083e8-7026-4e79-81be-64bd76c43a11";

function file(name: string, size = 10): LogFile {
  const parsed = logFile({ url: ROOT + name, size, lastModified: 0 });
  if (parsed === undefined) throw new Error(`not a log file: ${name}`);
  return parsed;
}

const commit = (version: number, size?: number) => file(`${paddedVersion(version)}.json`, size);
const commits = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => commit(from + i));
const classic = (version: number, size?: number) => file(`${paddedVersion(version)}.checkpoint.parquet`, size);
const uuid = (version: number, id = UUID, format = "parquet") =>
  file(`${paddedVersion(version)}.checkpoint.${id}.${format}`);
const part = (version: number, o: number, p: number, size?: number) =>
  file(
    `${paddedVersion(version)}.checkpoint.${String(o).padStart(10, "0")}.${String(p).padStart(10, "0")}.parquet`,
    size,
  );
const compaction = (from: number, to: number, size?: number) =>
  file(`${paddedVersion(from)}.${paddedVersion(to)}.compacted.json`, size);

const choose = (files: LogFile[], version?: number) => chooseSegment(ROOT, files, version);
const versions = (segment: ReturnType<typeof choose>) => segment?.commits.map((c) => c.version);

describe("names in _delta_log", () => {
  test.each([
    ["00000000000000000007.json", { kind: "commit", version: 7 }],
    ["00000000000000000007.crc", { kind: "checksum", version: 7 }],
    ["00000000000000000007.checkpoint.parquet", { kind: "checkpoint", version: 7, format: "parquet" }],
    [`00000000000000000007.checkpoint.${UUID}.json`, { kind: "checkpoint", version: 7, format: "json", uuid: UUID }],
    [
      "00000000000000000007.checkpoint.0000000002.0000000003.parquet",
      { kind: "checkpoint", version: 7, format: "parquet", part: 2, parts: 3 },
    ],
    ["00000000000000000004.00000000000000000006.compacted.json", { kind: "compaction", version: 4, endVersion: 6 }],
  ])("%s is understood", (name, expected) => {
    expect(parseLogFileName(name)).toEqual(expected);
  });

  test.each([
    "7.json",
    "0000000000000000007.json",
    "00000000000000000007.json.tmp",
    ".00000000000000000007.crc.crc",
    "00000000000000000007.checkpoint",
    "00000000000000000007.checkpoint.not-a-uuid.parquet",
    "00000000000000000007.checkpoint.0000000000.0000000003.parquet",
    "00000000000000000007.checkpoint.0000000004.0000000003.parquet",
    "00000000000000000006.00000000000000000006.compacted.json",
    "99999999999999999999.json",
    `00000000000000000000.${UUID}.json`,
    "_last_checkpoint",
    "_staged_commits",
    "",
  ])("%s is foreign", (name) => {
    expect(parseLogFileName(name)).toBeUndefined();
  });

  test("a listing that starts before a version misses none of its files and has none of an earlier one", () => {
    const start = beforeVersion(10);
    for (const f of [
      classic(10),
      uuid(10),
      part(10, 1, 2),
      commit(10),
      compaction(10, 12),
      file(`${paddedVersion(10)}.crc`),
    ]) {
      expect(f.url.slice(ROOT.length) > start).toBe(true);
    }
    for (const f of [classic(9), uuid(9), commit(9), compaction(9, 12)])
      expect(f.url.slice(ROOT.length) > start).toBe(false);
    expect(beforeVersion(0)).toBe("");
  });
});

describe("the segment of a version", () => {
  test("without a checkpoint is every commit from 0 on", () => {
    expect(versions(choose(commits(0, 3)))).toEqual([0, 1, 2, 3]);
    expect(versions(choose(commits(0, 3), 1))).toEqual([0, 1]);
  });

  test("starts behind the newest checkpoint that is not newer than the version", () => {
    const files = [...commits(0, 9), classic(3), classic(6)];
    expect(choose(files)?.checkpoint?.version).toBe(6);
    expect(versions(choose(files))).toEqual([7, 8, 9]);
    expect(choose(files, 5)?.checkpoint?.version).toBe(3);
    expect(versions(choose(files, 5))).toEqual([4, 5]);
    expect(choose(files, 2)?.checkpoint).toBeUndefined();
  });

  test("may be a checkpoint alone", () => {
    const segment = choose([classic(108)]);
    expect(segment?.version).toBe(108);
    expect(segment?.head).toBeUndefined();
    expect(versions(segment)).toEqual([]);
  });

  test("keeps the commit of its own version at hand when a checkpoint covers it", () => {
    expect(choose([...commits(0, 2), classic(2)])?.head?.version).toBe(2);
    expect(choose([...commits(0, 3), classic(2)], 2)?.head?.version).toBe(2);
  });

  test("ignores gaps that a later checkpoint covers", () => {
    const files = [...commits(0, 6), ...commits(8, 12), classic(10)];
    expect(versions(choose(files))).toEqual([11, 12]);
  });

  test.each([
    ["a gap behind the checkpoint", [...commits(0, 11), commit(13), classic(10)], undefined, 12],
    ["a gap without a checkpoint", [commit(0), commit(2)], undefined, 1],
    ["a log that starts late", commits(41, 44), undefined, 0],
    ["a gap before an old version", [...commits(0, 6), ...commits(8, 12), classic(10)], 9, 7],
    ["a commit missing right behind the checkpoint", [classic(10), ...commits(12, 13)], undefined, 11],
  ])("fails for %s, and names the missing version", (_, files, version, missing) => {
    expect(() => choose(files, version)).toThrow(expect.objectContaining({ code: "LOG_GAP", version: missing }));
  });

  test("fails for a version that is not there, and says which are", () => {
    expect(() => choose(commits(0, 3), 4)).toThrow(
      expect.objectContaining({ code: "VERSION_NOT_FOUND", version: 4, message: expect.stringContaining("0 to 3") }),
    );
    expect(() => choose([classic(5), ...commits(5, 7)], 3)).toThrow(
      expect.objectContaining({ code: "VERSION_NOT_FOUND", message: expect.stringContaining("5 to 7") }),
    );
  });

  test("is none where there is no version at all", () => {
    expect(choose([])).toBeUndefined();
    expect(choose([file(`${paddedVersion(3)}.crc`)])).toBeUndefined();
  });
});

describe("the choice among checkpoints", () => {
  test("a multi-part checkpoint counts only when every part is there, in any order", () => {
    const files = [...commits(0, 4), part(4, 3, 3), part(4, 1, 3), classic(2)];
    expect(choose(files)?.checkpoint?.version).toBe(2);
    const whole = choose([...files, part(4, 2, 3)]);
    expect(whole?.checkpoint?.files.map((f) => ("part" in f ? f.part : 0))).toEqual([1, 2, 3]);
  });

  test("parts of two sets at one version are not mixed", () => {
    const files = [...commits(0, 4), part(4, 1, 2), part(4, 2, 3), part(4, 3, 3)];
    expect(choose(files)?.checkpoint).toBeUndefined();
  });

  test("an empty file is no checkpoint and no part", () => {
    expect(choose([...commits(0, 4), classic(4, 0), classic(2)])?.checkpoint?.version).toBe(2);
    expect(choose([...commits(0, 4), part(4, 1, 2), part(4, 2, 2, 0)])?.checkpoint).toBeUndefined();
  });

  test("several at one version are chosen among by a fixed order", () => {
    const other = "f0a083e8-7026-4e79-81be-64bd76c43a11";
    const all = [classic(4), part(4, 1, 2), part(4, 2, 2), part(4, 1, 1), uuid(4), uuid(4, other)];
    for (const files of [all, [...all].reverse()]) {
      expect(choose([...commits(0, 4), ...files])?.checkpoint?.files[0]?.url).toContain(other);
    }
    const old = [classic(4), part(4, 1, 2), part(4, 2, 2), part(4, 1, 1)];
    expect(choose([...commits(0, 4), ...old])?.checkpoint?.files).toHaveLength(2);
  });
});

describe("log compactions", () => {
  const covers = (files: LogFile[], version?: number) =>
    choose(files, version)?.compactions.map((c) => [c.version, c.endVersion]);

  test("cover the commits behind the checkpoint from the left, the widest first", () => {
    const files = [...commits(0, 15), compaction(0, 5), compaction(6, 10), compaction(6, 15)];
    expect(covers(files)).toEqual([
      [0, 5],
      [6, 15],
    ]);
    expect(covers(files, 12)).toEqual([
      [0, 5],
      [6, 10],
    ]);
    expect(covers(files, 4)).toEqual([]);
  });

  test("that begin within the checkpoint, or are empty, are not used", () => {
    expect(covers([...commits(0, 15), classic(7), compaction(6, 15), compaction(9, 12)])).toEqual([[9, 12]]);
    expect(covers([...commits(0, 5), compaction(0, 5, 0)])).toEqual([]);
  });

  test("do not stand in for a commit that is missing", () => {
    expect(() => choose([...commits(0, 2), ...commits(4, 5), compaction(2, 4)])).toThrow(
      expect.objectContaining({ code: "LOG_GAP", version: 3 }),
    );
  });
});
