import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { resolveFileUrl } from "../src/actions/resolve-path.js";

const ROOT = "file:///lake/my%20table/";

describe("a path below the root", () => {
  test.each([
    ["part-0.parquet", "part-0.parquet"],
    ["a=1/b=x/part-0.c000.snappy.parquet", "a=1/b=x/part-0.c000.snappy.parquet"],
    // Escapes are decoded once: this directory has a percent sign in its name.
    ["x=A%252FA/p.parquet", "x=A%252FA/p.parquet"],
    ["a%2525percent.parquet", "a%2525percent.parquet"],
    ["c2=+%20%253D%25250/p.parquet", "c2=+%20%253D%25250/p.parquet"],
    ["special%20p@%23h", "special%20p@%23h"],
    // An escape of what needs none is the same file.
    ["bar%2Dbar.parquet", "bar-bar.parquet"],
    // What writers leave unescaped.
    ["p=München/part 0.parquet", "p=M%C3%BCnchen/part%200.parquet"],
    ["p=M%C3%BCnchen/part%200.parquet", "p=M%C3%BCnchen/part%200.parquet"],
    ["a#b?c.parquet", "a%23b%3Fc.parquet"],
    ["100%.parquet", "100%25.parquet"],
    ["p=%FF/x.parquet", "p=%25FF/x.parquet"],
    // A colon before the first slash is no scheme.
    ["time=1971-07-22T03:06:40.000000Z/p.parquet", "time=1971-07-22T03:06:40.000000Z/p.parquet"],
    ["a:b/p.parquet", "a:b/p.parquet"],
    ["c:/p.parquet", "c:/p.parquet"],
    ["./p.parquet", "p.parquet"],
    ["a/./b/../p.parquet", "a/p.parquet"],
    [".hidden/..p.parquet", ".hidden/..p.parquet"],
  ])("%s", (path, below) => {
    expect(resolveFileUrl(ROOT, path)).toBe(ROOT + below);
  });

  test("may lead out of the root", () => {
    expect(resolveFileUrl(ROOT, "../other/p%20.parquet")).toBe("file:///lake/other/p%20.parquet");
    expect(resolveFileUrl(ROOT, "..//Users/p.parquet")).toBe("file:///lake//Users/p.parquet");
    expect(resolveFileUrl(ROOT, "../../../../p.parquet")).toBe("file:///p.parquet");
  });
});

describe("an absolute path", () => {
  test.each([
    ["file:/a/p.parquet", "file:///a/p.parquet"],
    ["file:///a/p%20.parquet", "file:///a/p%20.parquet"],
    ["FILE:///a/p .parquet", "file:///a/p%20.parquet"],
    ["/a/p@%23h", "file:///a/p@%23h"],
    ["s3://other-bucket/a/p%3D1.parquet", "s3://other-bucket/a/p=1.parquet"],
    ["abfss://c@acc.dfs.core.windows.net/a/ä", "abfss://c@acc.dfs.core.windows.net/a/%C3%A4"],
    ["https://host/p%2B.parquet?sig=a%2Bb#x", "https://host/p%2B.parquet?sig=a%2Bb#x"],
  ])("%s", (path, url) => {
    expect(resolveFileUrl(ROOT, path)).toBe(url);
  });

  test("without a scheme is in the scheme and authority of the table", () => {
    expect(resolveFileUrl("s3://lake/t/", "/x/p.parquet")).toBe("s3://lake/x/p.parquet");
    expect(resolveFileUrl("memory:///t/", "/x/p.parquet")).toBe("memory:///x/p.parquet");
  });
});

test("decoding the URL gives the name that was encoded, whatever its letters", () => {
  const names = fc.array(fc.string({ unit: "grapheme", minLength: 1 }), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(names, (segments) => {
      fc.pre(segments.every((segment) => segment !== "." && segment !== ".." && !segment.includes("/")));
      const encoded = segments.map((segment) => encodeURIComponent(segment)).join("/");
      const url = resolveFileUrl(ROOT, encoded);
      expect(url.startsWith(ROOT)).toBe(true);
      expect(url.slice(ROOT.length).split("/").map(decodeURIComponent)).toEqual(segments);
      expect(url).toMatch(/^[\x21-\x7e]+$/);
      // The URL in the log, as a clone has it, is the same file.
      expect(resolveFileUrl("file:///elsewhere/", url)).toBe(url);
    }),
    { seed: 5, numRuns: 500 },
  );
});
