import { isDeltaError } from "@asyncdelta/kernel-core";
import { describe, expect, it } from "vitest";
import { type CachedCredentials, cachedCredentials } from "../dist/credentials/cached-credentials.js";

interface Key {
  readonly id: number;
  readonly expiration?: Date;
}

/** A provider that numbers what it gives and answers when told to. */
function manual(expirations: readonly (number | undefined)[] = []) {
  const waiting: { resolve(key: Key): void; reject(error: unknown): void }[] = [];
  let calls = 0;
  const cache: CachedCredentials<Key> = cachedCredentials(() => {
    calls++;
    return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
  });
  let given = 0;
  return {
    cache,
    calls: () => calls,
    answer() {
      const end = expirations[given];
      const key: Key = { id: given++, ...(end === undefined ? {} : { expiration: new Date(end) }) };
      waiting.shift()!.resolve(key);
    },
    fail(error: unknown) {
      waiting.shift()!.reject(error);
    },
  };
}

const minute = 60_000;

describe("cached credentials", () => {
  it("come from one call, however many requests wait", async () => {
    const { cache, calls, answer } = manual();
    const asked = Array.from({ length: 100 }, () => cache.get(0, undefined));
    answer();
    expect(new Set(await Promise.all(asked)).size).toBe(1);
    await cache.get(1e15, undefined);
    expect(calls()).toBe(1);
  });

  it("are replaced five minutes ahead of their end, and serve until then", async () => {
    const { cache, calls, answer } = manual([60 * minute, 120 * minute]);
    const first = cache.get(0, undefined);
    answer();
    await first;
    expect((await cache.get(54 * minute, undefined)).id).toBe(0);
    expect(calls()).toBe(1);
    expect((await cache.get(56 * minute, undefined)).id).toBe(0);
    expect((await cache.get(56 * minute, undefined)).id).toBe(0);
    expect(calls()).toBe(2);
    answer();
    await new Promise(setImmediate);
    expect((await cache.get(57 * minute, undefined)).id).toBe(1);
  });

  it("are waited for once they have ended", async () => {
    const { cache, answer } = manual([10 * minute, undefined]);
    const first = cache.get(0, undefined);
    answer();
    await first;
    const next = cache.get(10 * minute, undefined);
    answer();
    expect((await next).id).toBe(1);
  });

  it("serve on where a refresh ahead of their end fails, which is tried again only after a while", async () => {
    const { cache, calls, answer, fail } = manual([60 * minute]);
    const first = cache.get(0, undefined);
    answer();
    await first;
    await cache.get(57 * minute, undefined);
    fail(new Error("no route to the metadata"));
    await new Promise(setImmediate);
    expect((await cache.get(57 * minute + 5_000, undefined)).id).toBe(0);
    expect(calls()).toBe(2);
    await cache.get(57 * minute + 10_000, undefined);
    expect(calls()).toBe(3);
  });

  it("are renewed once for a hundred refusals, those that come late among them", async () => {
    const { cache, calls, answer } = manual();
    const asked = cache.get(0, undefined);
    answer();
    const refused = await asked;
    const renewals = Array.from({ length: 100 }, () => cache.renew(undefined, refused));
    answer();
    await Promise.all(renewals);
    await cache.renew(undefined, refused);
    expect(calls()).toBe(2);
    expect((await cache.get(0, undefined)).id).toBe(1);
  });

  it("are renewed again where the new ones are refused too", async () => {
    const { cache, calls, answer } = manual();
    for (let round = 0; round < 3; round++) {
      const asked = cache.get(0, undefined);
      if (round === 0) answer();
      const renewal = cache.renew(undefined, await asked);
      answer();
      await renewal;
    }
    expect(calls()).toBe(4);
  });

  it("name the provider's failure, and ask it again at the next request", async () => {
    const { cache, answer, fail } = manual();
    const first = cache.get(0, undefined);
    fail(new Error("profile not found"));
    const error = await Promise.resolve(first).catch((caught: unknown) => caught);
    expect(isDeltaError(error, "ACCESS_DENIED")).toBe(true);
    expect((error as Error).message).toContain("profile not found");
    const second = cache.get(0, undefined);
    answer();
    expect((await second).id).toBe(0);
  });

  it("stop waiting when aborted, while others wait on", async () => {
    const { cache, calls, answer } = manual();
    const controller = new AbortController();
    const aborted = cache.get(0, controller.signal);
    const other = cache.get(0, new AbortController().signal);
    controller.abort(new Error("enough"));
    const error = await Promise.resolve(aborted).catch((caught: unknown) => caught);
    expect(isDeltaError(error, "ABORTED")).toBe(true);
    answer();
    expect((await other).id).toBe(0);
    expect(calls()).toBe(1);
  });
});
