import { isDeltaError } from "@asyncdelta/kernel-core";
import { describe, expect, it } from "vitest";
import { gcsService } from "../dist/gcs/index.js";

const { list, classify, etagOf, lastModifiedOf, ifMatch } = gcsService({ anonymous: true }, {});
const DIRECTORY = "gs://box/t/_delta_log/";

function bytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
}

function page(items: readonly object[] | undefined, nextPageToken?: unknown): Uint8Array {
  return bytes({ kind: "storage#objects", items, nextPageToken });
}

const item = {
  name: "t/_delta_log/0.json",
  size: "12",
  updated: "2024-10-14T10:00:00.123Z",
  generation: "1728900000123456",
};

describe("a listing of Google's", () => {
  it("gives names, sizes, times and generations", () => {
    expect(list!.parsePage(DIRECTORY, page([item], "next"))).toEqual({
      objects: [
        { name: "0.json", size: 12, lastModified: Date.UTC(2024, 9, 14, 10, 0, 0, 123), etag: "1728900000123456" },
      ],
      token: "next",
    });
    expect(list!.parsePage(DIRECTORY, page(undefined))).toEqual({ objects: [] });
  });

  it("gives the milliseconds that a HEAD gives, where they are of one second", () => {
    const timeOf = (generation: string) =>
      list!.parsePage(DIRECTORY, page([{ ...item, generation }])).objects[0]!.lastModified - Date.UTC(2024, 9, 14, 10);
    expect(timeOf("1728900000456789")).toBe(456);
    expect(timeOf("1728900001000000")).toBe(123);
    expect(timeOf("17")).toBe(123);
  });

  it("leaves out directories that are objects", () => {
    const items = ["t/_delta_log/", "t/_delta_log/x/y", "t/_delta_log/ü #%41"].map((name) => ({ ...item, name }));
    expect(list!.parsePage(DIRECTORY, page(items)).objects.map(({ name }) => name)).toEqual(["ü #%41"]);
  });

  it.each([
    ["one that broke off", bytes('{"kind":"storage#objects","items":[')],
    ["nothing", bytes("")],
    ["something else", bytes("{}")],
    ["a page for people", bytes("<html/>")],
    ["no object", bytes("7")],
    ["no list", bytes({ kind: "storage#objects", items: {} })],
    ["no UTF-8", Uint8Array.of(0x22, 0xff, 0x22)],
    ["names that were not asked for", page([{ ...item, name: "u/0.json" }])],
    ["an object without a size", page([{ ...item, size: undefined }])],
    ["an object without a time", page([{ ...item, updated: undefined }])],
    ["a token that is no text", page([item], 7)],
  ])("is an error and never short: %s", (_, body) => {
    try {
      list!.parsePage(DIRECTORY, body);
    } catch (error) {
      expect(isDeltaError(error, "STORAGE_FAILED")).toBe(true);
      return;
    }
    throw new Error("It was taken for a listing.");
  });
});

describe("an object of Google's", () => {
  it("is known by its generation, and made when that says, where the header agrees", () => {
    const headers = { "x-goog-generation": "1728900000123456", etag: '"other"' };
    expect(etagOf(headers)).toBe("1728900000123456");
    expect(lastModifiedOf!({ ...headers, "last-modified": "Mon, 14 Oct 2024 10:00:00 GMT" })).toBe(1_728_900_000_123);
    expect(lastModifiedOf!({ ...headers, "last-modified": "Mon, 14 Oct 2024 10:00:01 GMT" })).toBeUndefined();
    expect(lastModifiedOf!({ "last-modified": "Mon, 14 Oct 2024 10:00:01 GMT" })).toBeUndefined();
    expect(lastModifiedOf!(headers)).toBeUndefined();
    expect(ifMatch({ method: "GET", url: "https://x.test/a", headers: {} }, "17").headers).toEqual({
      "x-goog-if-generation-match": "17",
    });
  });

  it.each([
    [401, "AuthenticationRequired", "denied"],
    [403, "AccessDenied", "denied"],
    [403, "rateLimitExceeded", "throttled"],
    [404, "NoSuchKey", "absent"],
    [404, "NoSuchBucket", "absent"],
    [404, "notFound", "absent"],
    [404, "SomethingElse", "failed"],
    [408, undefined, "transient"],
    [409, "conflict", "conflict"],
    [412, "conditionNotMet", "precondition"],
    [412, "PreconditionFailed", "precondition"],
    [416, "InvalidRange", "range"],
    [429, "SlowDown", "throttled"],
    [429, "rateLimitExceeded", "throttled"],
    [500, "backendError", "transient"],
    [503, "ServiceUnavailable", "throttled"],
    [504, undefined, "transient"],
    [400, "invalidParameter", "failed"],
    [400, "constructor", "failed"],
  ])("that is refused with %i %s is %s, by either API", (status, code, kind) => {
    const xml = `<?xml version='1.0' encoding='UTF-8'?><Error><Code>${code}</Code><Message>Words.</Message><Details>x</Details></Error>`;
    const json = JSON.stringify({ error: { code: status, message: "Words.", errors: [{ reason: code }] } });
    for (const body of code === undefined ? [] : [xml, json])
      expect(classify(status, {}, body)).toEqual({ kind, code, message: "Words." });
    if (STATUS_IS_ENOUGH.has(kind) && code !== "rateLimitExceeded") expect(classify(status, {}, "").kind).toBe(kind);
    expect(classify(status, {}, "<html>no XML").message).toBeUndefined();
    expect(classify(status, {}, "{ no JSON").message).toBeUndefined();
  });
});

const STATUS_IS_ENOUGH = new Set(["denied", "absent", "transient", "precondition", "range", "throttled"]);
