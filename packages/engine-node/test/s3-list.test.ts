import { isDeltaError } from "@asyncdelta/kernel-core";
import { describe, expect, it } from "vitest";
import { s3Service } from "../dist/s3/index.js";

const service = s3Service({ anonymous: true, endpoint: "https://s3.test" }, {});
const list = service.list!;

function page(inner: string): Uint8Array {
  return new TextEncoder().encode(
    `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inner}</ListBucketResult>`,
  );
}

function contents(key: string, more = ""): string {
  return `<Contents><Key>${key}</Key><LastModified>2024-02-03T04:05:06.789Z</LastModified><ETag>&quot;e1&quot;</ETag><Size>12</Size>${more}</Contents>`;
}

const whole = "<IsTruncated>false</IsTruncated>";

describe("asking S3 for a page of a listing", () => {
  const directory = "s3://lake/t%20%2B/_delta_log/";

  it("names the directory, the name to begin after, the token and the limit, each encoded", () => {
    const first = new URL(list.pageRequest(directory, { startAfter: "0001.json", limit: 7 }).url);
    expect(first.origin + first.pathname).toBe("https://s3.test/lake/");
    expect(Object.fromEntries(first.searchParams)).toEqual({
      "list-type": "2",
      delimiter: "/",
      "encoding-type": "url",
      prefix: "t +/_delta_log/",
      "start-after": "t +/_delta_log/0001.json",
      "max-keys": "7",
    });
    const next = new URL(list.pageRequest(directory, { startAfter: "0001.json", token: "a+b/c=" }).url);
    expect(next.searchParams.get("continuation-token")).toBe("a+b/c=");
    expect(next.searchParams.has("start-after")).toBe(false);
    expect(next.search).toContain("continuation-token=a%2Bb%2Fc%3D");
  });

  it("asks directory buckets for no order, which they have not", () => {
    const express = s3Service({ anonymous: true, s3Express: true }, {}).list!;
    expect([express.isSorted, express.hasStartAfter]).toEqual([false, false]);
    const { url } = express.pageRequest("s3://lake--use1-az4--x-s3/t/", { startAfter: "a" });
    expect(url).not.toContain("start-after");
    expect([list.isSorted, list.hasStartAfter]).toEqual([true, true]);
  });
});

describe("a page of an S3 listing", () => {
  it("gives names, sizes, times and etags", () => {
    const body = page(`${whole}<EncodingType>url</EncodingType>${contents("t/a%2Bb+c%25%E6%97%A5%3D1.json")}`);
    expect(list.parsePage("s3://lake/t/", body)).toEqual({
      objects: [{ name: "a+b c%日=1.json", size: 12, lastModified: Date.UTC(2024, 1, 3, 4, 5, 6, 789), etag: '"e1"' }],
    });
  });

  it("takes keys as they stand where the store has not encoded them", () => {
    const body = page(whole + contents("t/a+b%20&amp;.json"));
    expect(list.parsePage("s3://lake/t/", body).objects.map(({ name }) => name)).toEqual(["a+b%20&.json"]);
  });

  it("says where to go on", () => {
    const more = "<IsTruncated>true</IsTruncated><NextContinuationToken>1/a&amp;b</NextContinuationToken>";
    expect(list.parsePage("s3://lake/t/", page(more)).token).toBe("1/a&b");
    expect(list.parsePage("s3://lake/t/", page(whole)).token).toBeUndefined();
  });

  it("holds neither the directory itself nor what lies deeper", () => {
    const prefixes = "<CommonPrefixes><Prefix>t/x/</Prefix></CommonPrefixes>";
    const body = page(whole + contents("t/") + contents("t/x/y.json") + contents("t/z.json") + prefixes);
    expect(list.parsePage("s3://lake/t/", body).objects.map(({ name }) => name)).toEqual(["z.json"]);
  });

  it("reads the root of a bucket", () => {
    expect(list.parsePage("s3://lake/", page(whole + contents("z.json"))).objects[0]!.name).toBe("z.json");
  });

  it.each([
    ["is cut off", page(whole + contents("t/a.json")).subarray(0, -5)],
    ["does not say whether there is more", page(contents("t/a.json"))],
    ["says neither yes nor no to it", page("<IsTruncated/>")],
    ["has more, but no token", page("<IsTruncated>true</IsTruncated>")],
    ["names objects elsewhere", page(whole + contents("other/a.json"))],
    ["has a key that cannot be decoded", page(`${whole}<EncodingType>url</EncodingType>${contents("t/%FF")}`)],
    ["has no size", page(whole + contents("t/a.json").replace(/<Size>.*<\/Size>/, ""))],
    ["has half a size", page(whole + contents("t/a.json").replace("12", "1.5"))],
    ["has no time", page(whole + contents("t/a.json").replace("2024-02-03T04:05:06.789Z", "yesterday"))],
    ["is an error's body", new TextEncoder().encode("<Error><Code>InternalError</Code></Error>")],
    ["is a page for people", new TextEncoder().encode("<!DOCTYPE html><html><body>hi<br></body></html>")],
    ["is empty", new Uint8Array(0)],
  ])("is an error and not a shorter listing where it %s", (_, body) => {
    let error: unknown;
    try {
      list.parsePage("s3://lake/t/", body);
    } catch (caught) {
      error = caught;
    }
    expect(isDeltaError(error, "STORAGE_FAILED")).toBe(true);
  });
});
