import type { LookupAddress } from "node:dns";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { backoff } from "../src/http/backoff.js";
import { plainCause } from "../src/http/failure.js";
import { Measure } from "../src/http/measure.js";
import { retryAfter } from "../src/http/retry-after.js";
import { RetryBudget } from "../src/http/retry-budget.js";
import { sharedLookup } from "../src/http/shared-lookup.js";
import { originOf, splitUrl } from "../src/http/split-url.js";

describe("Retry-After", () => {
  const now = Date.parse("2030-01-01T00:00:00Z");
  test.each([
    ["0", 0],
    ["120", 120_000],
    ["1.5", 1500],
    [" 3 ", 3000],
    ["Tue, 01 Jan 2030 00:01:00 GMT", 60_000],
    ["Mon, 31 Dec 2029 00:00:00 GMT", 0],
    ["Tuesday, 01-Jan-30 00:01:00 GMT", 60_000],
    ["Tue Jan  1 00:01:00 2030", 60_000],
    ["soon", undefined],
    ["2030-01-01", undefined],
    ["-5", undefined],
    ["", undefined],
  ])("%j is %j ms", (value, expected) => {
    expect(retryAfter({ "retry-after": value }, now)).toBe(expected);
  });

  test("as a date counts from the server's own", () => {
    const headers = { date: "Tue, 01 Jan 2030 10:00:00 GMT", "retry-after": "Tue, 01 Jan 2030 10:00:09 GMT" };
    expect(retryAfter(headers, now)).toBe(9000);
  });

  test("in milliseconds, as Azure has it, comes first", () => {
    expect(retryAfter({ "x-ms-retry-after-ms": "250", "retry-after": "1" }, now)).toBe(250);
    expect(retryAfter({}, now)).toBeUndefined();
  });
});

test("a backoff is never negative, and never above its bound", () => {
  const settings = { backoffMs: 100, longestBackoffMs: 15_000 };
  fc.assert(
    fc.property(fc.nat(2000), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (index, chance) => {
      const wait = backoff(index, () => chance, settings);
      expect(wait).toBeGreaterThanOrEqual(0);
      expect(wait).toBeLessThanOrEqual(Math.min(15_000, 100 * 2 ** index));
    }),
    { seed: 7 },
  );
});

test("the budget is used up by retries, and filled by successes, never above its brim", () => {
  const budget = new RetryBudget();
  const brim = budget.left;
  budget.giveBack(10);
  expect(budget.left).toBe(brim);
  let retries = 0;
  while (budget.take(5)) retries++;
  expect([retries, budget.left]).toEqual([brim / 5, 0]);
  budget.giveBack(5);
  budget.giveBack(0);
  expect(budget.left).toBe(6);
  expect([budget.take(10), budget.take(5), budget.left]).toEqual([false, true, 1]);
  expect(budget.take(0)).toBe(true);
});

describe("what is measured", () => {
  test("follows what is seen, and forgets", () => {
    const measure = new Measure();
    expect([measure.firstByteMs, measure.bytesPerMs, measure.lateMs]).toEqual([30, 50_000, undefined]);
    for (let round = 0; round < 50; round++) measure.addFirstByte(100);
    expect(measure.firstByteMs).toBeCloseTo(100);
    expect(measure.lateMs).toBeLessThan(110);
    for (let round = 0; round < 50; round++) measure.addFirstByte(10);
    expect(measure.firstByteMs).toBeCloseTo(10, 0);
    measure.addBody(1000, 1000);
    expect(measure.bytesPerMs).toBe(50_000);
    measure.addBody(1_000_000, 10);
    expect(measure.bytesPerMs).toBe(100_000);
    measure.addBody(1_000_000, 0);
    expect(measure.bytesPerMs).toBeGreaterThan(100_000);
  });

  test("calls late what comes behind nearly all others", () => {
    const measure = new Measure();
    // 20 to 40 ms, in an order without meaning.
    for (let round = 0; round < 200; round++) measure.addFirstByte(20 + ((round * 7) % 21));
    expect(measure.lateMs).toBeGreaterThan(40);
    expect(measure.lateMs).toBeLessThan(70);
  });
});

describe("a URL is cut", () => {
  test.each([
    ["http://host", "http://host", "host", "/", "http://host"],
    ["HTTP://HOST:80/A?b", "http://host", "host", "/A?b", "HTTP://HOST:80/A"],
    [
      "https://h:8443/%2e%2E/../a?x=%20#f?g",
      "https://h:8443",
      "h:8443",
      "/%2e%2E/../a?x=%20",
      "https://h:8443/%2e%2E/../a",
    ],
    ["https://h:844/", "https://h:844", "h:844", "/", "https://h:844/"],
    ["https://h:844/a?b/c?d", "https://h:844", "h:844", "/a?b/c?d", "https://h:844/a"],
    ["https://h:8443/", "https://h:8443", "h:8443", "/", "https://h:8443/"],
    ["https://[::1]:1?q", "https://[::1]:1", "[::1]:1", "/?q", "https://[::1]:1"],
    ["https://[::1]:1", "https://[::1]:1", "[::1]:1", "/", "https://[::1]:1"],
  ])("%s", (url, origin, host, target, shown) => {
    expect(splitUrl(url)).toEqual({ origin, host, target, shown });
    expect(originOf(url)).toBe(origin);
  });

  test.each([
    "http://user@host/",
    "http://u:p@host",
    "ftp://host/",
    "//host/",
    "http:///a",
    "http://h\\a",
    "http://h:x/",
  ])("or refused: %s", (url) => {
    splitUrl("http://host/a");
    expect(() => splitUrl(url)).toThrow("absolute http: or https: URL");
  });
});

describe("a name", () => {
  const ADDRESSES: LookupAddress[] = ["10.0.0.1", "10.0.0.2", "10.0.0.3"].map((address) => ({ address, family: 4 }));
  const asked: string[] = [];
  const lookup = sharedLookup(async (hostname) => {
    asked.push(hostname);
    if (hostname === "none") throw Object.assign(new Error("none"), { code: "ENOTFOUND" });
    return ADDRESSES;
  });
  const find = (hostname: string, all: boolean): Promise<unknown> =>
    new Promise((resolve, reject) => {
      lookup(hostname, { all }, (error, address) => (error === null ? resolve(address) : reject(error)));
    });

  test("is asked for once for many connections, which start at different addresses", async () => {
    const found = await Promise.all([1, 2, 3, 4].map(() => find("store", false)));
    expect(found).toEqual(["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.1"]);
    expect(await find("store", true)).toEqual([ADDRESSES[1], ADDRESSES[2], ADDRESSES[0]]);
    expect(asked).toEqual(["store"]);
  });

  test("that is not there is asked for again", async () => {
    await expect(find("none", true)).rejects.toMatchObject({ code: "ENOTFOUND" });
    await expect(find("none", true)).rejects.toMatchObject({ code: "ENOTFOUND" });
    expect(asked.filter((name) => name === "none")).toHaveLength(2);
  });
});

describe("a cause", () => {
  test("is the first of several addresses' errors", () => {
    const errors = ["ECONNREFUSED", "ENETUNREACH"].map((code) => Object.assign(new Error(`connect ${code}`), { code }));
    expect(plainCause(new AggregateError(errors))).toMatchObject({
      code: "ECONNREFUSED",
      message: "connect ECONNREFUSED",
    });
  });

  test("of an unknown kind keeps its words to itself", () => {
    for (const error of [new Error("SECRET"), "SECRET", undefined, { code: 7, message: "SECRET" }]) {
      const cause = plainCause(error);
      expect(cause.code).toBe("UNKNOWN");
      expect(cause.message).toBe("The connection failed.");
    }
  });
});
