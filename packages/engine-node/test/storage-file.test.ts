import * as fs from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { fileStorage } from "@asyncdelta/engine-node";
import type { Storage } from "@asyncdelta/kernel-core";
import { storageConformance } from "@asyncdelta/kernel-core/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

describe("the storage contract", () => {
  const subject = async () => {
    const path = await mkdtemp(join(tmpdir(), "asyncdelta storage%20-"));
    return {
      storage: fileStorage(),
      root: `${pathToFileURL(path).href}/`,
      dispose: () => rm(path, { recursive: true }),
    };
  };
  for (const { name, run } of storageConformance("files", subject)) test(name, run);
});

describe("files", () => {
  const storage: Storage = fileStorage();
  const isRoot = process.getuid?.() === 0;
  let path: string;
  let root: string;

  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), "asyncdelta-"));
    root = `${pathToFileURL(path).href}/`;
  });
  afterEach(() => rm(path, { recursive: true, force: true }));

  const names = async (directory = root) => {
    const all: string[] = [];
    for await (const page of storage.list(directory)) all.push(...page.map(({ url }) => url.slice(directory.length)));
    return all;
  };

  test("round trips are cheap", () => {
    expect(storage.roundTrip).toBe("cheap");
  });

  test("lists files and links to files, and skips whatever else there is", async () => {
    await writeFile(join(path, "file"), "12345");
    await mkdir(join(path, "directory"));
    await symlink("file", join(path, "link"));
    await symlink("directory", join(path, "link-to-directory"));
    await symlink("nowhere", join(path, "dangling"));
    await symlink("circle", join(path, "circle"));
    await writeFile(join(path, ".asyncdelta-0123456789abcdef.tmp"), "half");
    expect(await names()).toEqual(["file", "link"]);
    expect(await storage.head(`${root}link`)).toMatchObject({ size: 5 });
    expect(await storage.head(`${root}dangling`)).toBeUndefined();
  });

  test("lists from behind any name, in the order of the names' bytes", async () => {
    const ordered = ["a", "a.json", "é", "\u{d7ff}", "\u{e000}", "\u{ffff}", "\u{10000}", "\u{10ffff}"];
    for (const name of ordered) await writeFile(join(path, name), "");
    for (const startAfter of ["A", ...ordered, "\u{e001}", "\u{10001}"]) {
      const listed: string[] = [];
      for await (const page of storage.list(root, { startAfter })) {
        listed.push(...page.map(({ url }) => decodeURIComponent(url.slice(root.length))));
      }
      expect(listed).toEqual(ordered.filter((name) => Buffer.compare(Buffer.from(name), Buffer.from(startAfter)) > 0));
    }
  });

  test.each(["plain-1=2/a.b", "a..b", "a b", "100%", "é"])("reads by its URL a file in %s", async (name) => {
    await mkdir(join(path, name, "c"), { recursive: true });
    await writeFile(join(path, name, "c", "file"), name);
    const url = new URL(`${name.replaceAll("%", "%25")}/./c/x/../file`, root).href;
    expect(new TextDecoder().decode(await storage.read(url))).toBe(name);
    const dotted = `${root}${name.split("/").map(encodeURIComponent).join("/")}/./c/x/../file`;
    expect(new TextDecoder().decode(await storage.read(dotted))).toBe(name);
  });

  test("tells modification times in whole milliseconds", async () => {
    await writeFile(join(path, "file"), "");
    await utimes(join(path, "file"), 0, 1_700_000_000.1239);
    expect(await storage.head(`${root}file`)).toMatchObject({ lastModified: 1_700_000_000_123 });
  });

  test("lists while files come and go", async () => {
    for (let i = 0; i < 300; i++) await writeFile(join(path, `stays-${i}`), "");
    let done = false;
    const churn = async () => {
      while (!done) {
        await Promise.all(Array.from({ length: 20 }, (_, i) => writeFile(join(path, `goes-${i}`), "")));
        await Promise.all(Array.from({ length: 20 }, (_, i) => rm(join(path, `goes-${i}`))));
      }
    };
    const churning = churn();
    for (let i = 0; i < 30; i++) {
      const listed = await names();
      expect(listed.filter((name) => name.startsWith("stays-"))).toHaveLength(300);
    }
    done = true;
    await churning;
  });

  test("reads one range far apart from another", async () => {
    await writeFile(join(path, "file"), Buffer.alloc(20_000_000, "abcdefghij"));
    const [head, tail] = await storage.readRanges(`${root}file`, [
      { offset: 19_999_990, length: 10 },
      { offset: 1, length: 5_000_000 },
    ]);
    expect(Buffer.from(head!).toString()).toBe("abcdefghij");
    expect(Buffer.from(tail!).equals(Buffer.alloc(5_000_000, "bcdefghija"))).toBe(true);
  });

  test("takes no memory for a range that the file does not have", async () => {
    await writeFile(join(path, "file"), "short");
    const range = { offset: 0, length: 2 ** 52 };
    await expect(storage.read(`${root}file`, { range })).rejects.toMatchObject({ code: "FILE_CHANGED" });
    await expect(storage.readRanges(`${root}file`, [range])).rejects.toMatchObject({ code: "FILE_CHANGED" });
  });

  test("does not wait for a named pipe", async () => {
    const { execFileSync } = await import("node:child_process");
    execFileSync("mkfifo", [join(path, "pipe")]);
    expect(await names()).toEqual([]);
    expect(await storage.head(`${root}pipe`)).toBeUndefined();
    const range = { offset: 0, length: 1 };
    await expect(storage.read(`${root}pipe`, { range })).rejects.toMatchObject({ name: "DeltaError" });
  });

  describe("failures are typed", () => {
    test("a directory is no object", async () => {
      await mkdir(join(path, "directory"));
      await expect(storage.read(`${root}directory`)).rejects.toMatchObject({
        code: "FILE_NOT_FOUND",
        message: expect.stringContaining("is a directory"),
        path: `${root}directory`,
        cause: { code: "EISDIR" },
      });
    });

    test("a URL that names no local file", async () => {
      for (const url of [
        "s3://a/b",
        "/a/b",
        `${root}a?b`,
        `${root}a#b`,
        `${root}a%2Fb`,
        `${root}a%00b`,
        "file://host/a",
      ]) {
        await expect(storage.read(url), url).rejects.toMatchObject({ code: "INVALID_ARGUMENT", path: url });
        await expect(storage.put(url, new Uint8Array(), { mode: "create" }), url).rejects.toMatchObject({
          code: "INVALID_ARGUMENT",
        });
      }
    });

    test("a name that is too long", async () => {
      const url = root + "a".repeat(300);
      await expect(storage.read(url)).rejects.toMatchObject({
        code: "STORAGE_FAILED",
        cause: { code: "ENAMETOOLONG" },
      });
    });

    test.skipIf(isRoot)("no permission", async () => {
      await writeFile(join(path, "secret"), "secret");
      await chmod(join(path, "secret"), 0);
      await expect(storage.read(`${root}secret`)).rejects.toMatchObject({ code: "ACCESS_DENIED" });
      await mkdir(join(path, "closed"));
      await chmod(join(path, "closed"), 0);
      await expect(names(`${root}closed/`)).rejects.toMatchObject({ code: "ACCESS_DENIED" });
      await expect(storage.head(`${root}closed/a`)).rejects.toMatchObject({ code: "ACCESS_DENIED" });
      await chmod(join(path, "closed"), 0o700);
    });

    test("too many open files", async () => {
      const { execFileSync } = await import("node:child_process");
      await writeFile(join(path, "file"), "content");
      const script = `
        import { open } from "node:fs/promises";
        import { fileStorage } from ${JSON.stringify(import.meta.resolve("@asyncdelta/engine-node"))};
        const url = ${JSON.stringify(`${root}file`)};
        const storage = fileStorage();
        const held = [];
        try { for (;;) held.push(await open(new URL(url))); } catch {}
        const error = await storage.read(url).catch((error) => error);
        for (const file of held) await file.close();
        const again = await storage.read(url);
        console.log(JSON.stringify([error.code, error.cause.code, /ulimit -n/.test(error.message), again.length]));
        `;
      const command = `ulimit -n 96 && exec "${process.execPath}" --input-type=module -e "$SCRIPT"`;
      const output = execFileSync("sh", ["-c", command], { env: { ...process.env, SCRIPT: script } });
      expect(JSON.parse(String(output))).toEqual(["STORAGE_FAILED", "EMFILE", true, 7]);
    });
  });

  describe("writing", () => {
    test("leaves nothing behind, whether it wins, loses or replaces", async () => {
      const put = (mode: "create" | "overwrite") => storage.put(`${root}deep/er/file`, new Uint8Array(9), { mode });
      expect([await put("create"), await put("create"), await put("overwrite")]).toEqual([
        "created",
        "exists",
        "overwritten",
      ]);
      expect(await readdir(join(path, "deep/er"))).toEqual(["file"]);
      expect((await stat(join(path, "deep/er/file"))).nlink).toBe(1);
    });

    test("loses to a link that leads nowhere", async () => {
      await symlink("nowhere", join(path, "taken"));
      expect(await storage.put(`${root}taken`, new Uint8Array(1), { mode: "create" })).toBe("exists");
      expect(await readdir(path)).toEqual(["taken"]);
    });

    test("does not touch what it may not replace", async () => {
      await mkdir(join(path, "directory"));
      const put = storage.put(`${root}directory`, new Uint8Array(1), { mode: "overwrite" });
      await expect(put).rejects.toMatchObject({ name: "DeltaError" });
      expect(await readdir(path)).toEqual(["directory"]);
    });

    test("removes its temporary file when it is aborted", async () => {
      let aborted = true;
      for (let turns = 0; aborted && turns < 100; turns++) {
        const controller = new AbortController();
        const put = storage.put(`${root}file`, new Uint8Array(20_000_000), {
          mode: "overwrite",
          signal: controller.signal,
        });
        const settled = put.catch((error) => error.code);
        for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
        controller.abort();
        const result = await settled;
        if (result === "overwritten") aborted = false;
        else expect(result).toBe("ABORTED");
        expect((await readdir(path)).filter((name) => name !== "file")).toEqual([]);
      }
    });

    test("writes what it is given, in whole", async () => {
      const bytes = new Uint8Array(9_000_001).fill(7);
      await storage.put(`${root}file`, bytes, { mode: "create" });
      expect((await readFile(join(path, "file"))).equals(bytes)).toBe(true);
    });
  });

  describe.skipIf(process.platform !== "linux")("no handle stays open", () => {
    const openFiles = () =>
      fs.readdirSync("/proc/self/fd").flatMap((fd) => {
        try {
          const target = fs.readlinkSync(`/proc/self/fd/${fd}`);
          return target.startsWith(path) ? [target] : [];
        } catch {
          return [];
        }
      });

    beforeEach(() => writeFile(join(path, "file"), Buffer.alloc(30_000_000)));

    test("after reads that succeed and fail", async () => {
      const url = `${root}file`;
      const far = { offset: 40_000_000, length: 1 };
      await Promise.all([
        storage.read(url),
        storage.read(url, { range: { offset: 5, length: 5 } }),
        storage.read(url, { range: far }).catch(() => {}),
        storage.readRanges(url, [{ offset: 0, length: 10 }, far]).catch(() => {}),
        storage.read(url, { ifMatch: "other" }).catch(() => {}),
        storage.read(root).catch(() => {}),
      ]);
      expect(openFiles()).toEqual([]);
    });

    test("after an abort at any moment, and then nothing is read any more", async () => {
      const url = `${root}file`;
      const ranges = Array.from({ length: 10 }, (_, i) => ({ offset: i * 3_000_000, length: 2_000_000 }));
      const reads: ((signal: AbortSignal) => Promise<unknown>)[] = [
        (signal) => storage.read(url, { signal }),
        (signal) => storage.readRanges(url, ranges, { signal }),
        async (signal) => {
          for await (const _piece of storage.stream(url, { signal }));
        },
      ];
      let aborted = 0;
      for (const read of reads) {
        for (let turns = 0; turns < 20; turns++) {
          const controller = new AbortController();
          const settled = read(controller.signal).then(
            () => "done",
            (error) => error.code,
          );
          for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
          controller.abort();
          const result = await settled;
          expect(["done", "ABORTED"]).toContain(result);
          if (result === "ABORTED") aborted++;
          expect(openFiles()).toEqual([]);
          // The request whose end we were told of is on the list until this turn of the loop is over.
          await new Promise((resolve) => setImmediate(resolve));
          expect(process.getActiveResourcesInfo().filter((name) => name.startsWith("FSReq"))).toEqual([]);
        }
      }
      expect(aborted).toBeGreaterThan(3);
    });

    test("after a stream that was left early", async () => {
      for (let pieces = 1; pieces < 4; pieces++) {
        let left = pieces;
        for await (const _piece of storage.stream(`${root}file`)) if (--left === 0) break;
        expect(openFiles()).toEqual([]);
      }
    });

    test("a stream reads no more than one piece ahead of its reader", async () => {
      const pieces = storage.stream(`${root}file`)[Symbol.asyncIterator]();
      const first = await pieces.next();
      await new Promise((resolve) => setTimeout(resolve, 50));
      await writeFile(join(path, "file"), Buffer.alloc(30_000_000, 1));
      let unread = 0;
      for (let piece = await pieces.next(); !piece.done; piece = await pieces.next()) {
        if (piece.value[0] === 0) unread++;
      }
      expect(first.value?.[0]).toBe(0);
      expect(unread).toBeLessThanOrEqual(1);
    });
  });
});
