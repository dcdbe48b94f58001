import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { DeltaError } from "@asyncdelta/kernel-core";
import { expect, test, vi } from "vitest";
import { fileError } from "../src/storage/file-error.js";
import { fileStorage } from "../src/storage/file-storage.js";

test.each([
  ["ENOENT", "FILE_NOT_FOUND", "no file"],
  ["ENOTDIR", "FILE_NOT_FOUND", "no file"],
  ["EISDIR", "FILE_NOT_FOUND", "is a directory"],
  ["EACCES", "ACCESS_DENIED", "modes"],
  ["EPERM", "ACCESS_DENIED", "owner"],
  ["EROFS", "ACCESS_DENIED", "read-only"],
  ["EMFILE", "STORAGE_FAILED", "ulimit -n"],
  ["ENOSPC", "STORAGE_FAILED", "space"],
  ["EIO", "STORAGE_FAILED", "device"],
  ["ESTALE", "STORAGE_FAILED", "as the system says it"],
])("%s becomes %s and says what to do", (errno, code, words) => {
  const cause = Object.assign(new Error("as the system says it"), { code: errno });
  const error = fileError(cause, "file:///a");
  expect(error).toMatchObject({ code, cause, path: "file:///a", message: expect.stringContaining(words) });
});

test("an error of our own passes unchanged, and any value is an error", () => {
  const own = new DeltaError("FILE_CHANGED", "own");
  expect(fileError(own, "file:///a")).toBe(own);
  expect(fileError("text", "file:///a")).toMatchObject({ code: "STORAGE_FAILED", message: "file:///a: text" });
  expect(fileError(undefined, "file:///a")).toMatchObject({ code: "STORAGE_FAILED" });
});

vi.mock("node:fs/promises", async (original) => ({
  ...(await original<typeof import("node:fs/promises")>()),
  link: async () => {
    throw Object.assign(new Error("EPERM: operation not permitted, link"), { code: "EPERM" });
  },
}));

test("a file system without hard links refuses to create, and keeps nothing", async () => {
  const path = await mkdtemp(join(tmpdir(), "asyncdelta-"));
  const storage = fileStorage();
  const url = `${pathToFileURL(path).href}/file`;
  await expect(storage.put(url, new Uint8Array(5), { mode: "create" })).rejects.toMatchObject({
    code: "STORAGE_FAILED",
    message: expect.stringContaining("no hard links"),
    cause: { code: "EPERM" },
  });
  expect(await readdir(path)).toEqual([]);
  expect(await storage.put(url, new Uint8Array(5), { mode: "overwrite" })).toBe("overwritten");
  await rm(path, { recursive: true });
});
