import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { HttpClient } from "../src/http/http-call.js";
import { httpClient } from "../src/http/http-client.js";
import type { HttpClientOptions } from "../src/http/http-options.js";
import { OriginLimit, type OriginPlace } from "../src/http/origin-limit.js";
import { cleanups } from "./http/cleanups.js";
import { call, notingClock } from "./http/test-call.js";
import { type Answering, serve, type TestServer, until } from "./http/test-server.js";

interface Counting {
  readonly server: TestServer;
  readonly client: HttpClient;
  /** Most requests that the server had at once. */
  most(): number;
}

/** A server that takes 5 ms for each answer. */
async function setUp(options: HttpClientOptions, answer?: Answering): Promise<Counting> {
  let now = 0;
  let most = 0;
  const server = await serve((request, response, index, body) => {
    most = Math.max(most, ++now);
    response.on("close", () => now--);
    if (answer !== undefined) answer(request, response, index, body);
    else setTimeout(() => response.end("x".repeat(1000)), 5);
  });
  const client = httpClient({ clock: notingClock(), ...options });
  cleanups.push(server.close, client.close);
  return { server, client, most: () => most };
}

const readMany = (client: HttpClient, count: number, url: string, expectedBytes?: number): Promise<number[]> =>
  Promise.all(
    Array.from({ length: count }, async (_, at) => {
      const response = await client.send(call(`${url}/${at}`, { expectedBytes }));
      return (await response.bytes()).length;
    }),
  );

describe("requests in flight", () => {
  test("are at most as many as allowed, in the order of asking", async () => {
    const { server, client, most } = await setUp({ requests: 4 });
    await readMany(client, 40, server.origin);
    expect([most(), server.sockets.length]).toEqual([4, 4]);
    const order = server.seen.map((request) => Number(request.target.slice(1)));
    // Four are under way at once, and those may overtake each other.
    expect(order.every((number, at) => Math.abs(number - at) < 4)).toBe(true);
  });

  test("are at most as many for one origin as it has connections, while others go on", async () => {
    const slow = await setUp({ requests: 8, connections: 2 }, () => {});
    const other = await serve((_request, response) => response.end("x"));
    cleanups.push(other.close);
    const waiting = Array.from({ length: 20 }, () => slow.client.send(call(slow.server.origin)));
    for (const call of waiting) call.catch(() => {});
    await readMany(slow.client, 20, other.origin);
    expect([slow.most(), slow.server.seen.length, other.seen.length]).toEqual([2, 2, 20]);
  });

  test("hold their place until the body has been read or cancelled", async () => {
    const { server, client } = await setUp({ requests: 2 });
    const first = await client.send(call(server.origin));
    const second = await client.send(call(server.origin));
    const third = client.send(call(server.origin));
    const fourth = client.send(call(server.origin));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(server.seen).toHaveLength(2);
    await first.bytes();
    await until(() => server.seen.length === 3);
    await second.cancel();
    await until(() => server.seen.length === 4);
    for (const response of [await third, await fourth]) for await (const _ of response.body);
  });

  test("without a body hold none once answered", async () => {
    const { server, client } = await setUp({ requests: 1 }, (_request, response) => response.end());
    for (let round = 0; round < 3; round++) await client.send(call(server.origin));
    expect(server.seen).toHaveLength(3);
  });

  test("have at most as many bytes as allowed; one larger than all of it goes alone", async () => {
    const { server, client, most } = await setUp({ bytesInFlight: 10_000 });
    await readMany(client, 30, server.origin, 2500);
    expect(most()).toBe(4);
    const alone = await setUp({ bytesInFlight: 10_000 });
    await readMany(alone.client, 5, alone.server.origin, 1_000_000);
    expect([alone.most(), alone.server.seen.length]).toEqual([1, 5]);
  });

  test("do not wait for a call that is waiting for its next attempt", async () => {
    let wake = (): void => {};
    const sleep = () =>
      new Promise<void>((resolve) => {
        wake = resolve;
      });
    const { server, client } = await setUp(
      { requests: 1, clock: { now: () => 0, sleep } },
      (_request, response, index) => response.writeHead(index === 0 ? 503 : 200).end("x"),
    );
    const refused = client.send(call(`${server.origin}/refused`));
    await until(() => server.seen.length === 1);
    expect(await readMany(client, 3, server.origin)).toEqual([1, 1, 1]);
    wake();
    expect(await (await refused).bytes()).toHaveLength(1);
  });
});

describe("an origin that throttles", () => {
  test("gets fewer requests at once, down to what it takes, and all calls succeed", async () => {
    let now = 0;
    let refused = 0;
    // It takes 4 at once.
    const { server, client } = await setUp({ requests: 64, random: () => 0 }, (_request, response) => {
      now++;
      response.on("close", () => now--);
      if (now > 4) {
        refused++;
        response.writeHead(429).end();
      } else setTimeout(() => response.end("x"), 3);
    });
    expect(await readMany(client, 300, server.origin)).toEqual(Array(300).fill(1));
    // The first burst of 64 goes too far, and from then on only the probing for more.
    expect(refused).toBeLessThan(200);
    expect(server.seen.length).toBe(300 + refused);
  });

  test("by the second is asked no faster than it allows, and all calls succeed", async () => {
    let tokens = 10;
    let refused = 0;
    const refill = setInterval(() => {
      tokens = Math.min(10, tokens + 2);
    }, 10);
    cleanups.push(async () => clearInterval(refill));
    // Without a wait between the attempts of a call, and with as many calls as there are, only the limit slows it down.
    const { server, client } = await setUp({ requests: 64, random: () => 0 }, (_request, response) => {
      if (tokens > 0) {
        tokens--;
        response.end("x");
      } else {
        refused++;
        response.writeHead(429).end();
      }
    });
    expect(await readMany(client, 200, server.origin)).toEqual(Array(200).fill(1));
    // Without pauses a request takes less than a millisecond, and nine of ten would be refused.
    expect(refused).toBeLessThan(200);
    expect(server.seen.length).toBe(200 + refused);
  });
});

describe("the limit of an origin", () => {
  const take = (limit: OriginLimit, count: number): OriginPlace[] =>
    Array.from({ length: count }, () => limit.tryAcquire()!);

  test("is halved by throttling, once for a burst, and never below 1", () => {
    const limit = new OriginLimit(64);
    const burst = take(limit, 64);
    for (const place of burst) place.throttled();
    expect(limit.limit).toBe(32);
    for (const place of burst) place.release();
    const limits: number[] = [];
    for (let round = 0; round < 5; round++) {
      const [first, ...rest] = take(limit, limit.limit);
      first!.throttled();
      for (const place of [first!, ...rest]) place.release();
      limits.push(limit.limit);
    }
    expect(limits).toEqual([16, 8, 4, 2, 1]);
  });

  test("is halved from what was in flight, where that was less", () => {
    const limit = new OriginLimit(64);
    take(limit, 10)[3]!.throttled();
    expect(limit.limit).toBe(5);
  });

  test("rises by one for each round that goes well, and slower where rounds are short", () => {
    const limit = new OriginLimit(64);
    const places = take(limit, 64);
    places[0]!.throttled();
    for (const place of places) place.release();
    const succeed = (count: number): number => {
      const place = limit.tryAcquire()!;
      for (let time = 0; time < count; time++) place.succeeded();
      place.release();
      return limit.limit;
    };
    expect([succeed(31), succeed(2), succeed(34)]).toEqual([32, 33, 34]);
    expect(succeed(5000)).toBe(64);
    const low = new OriginLimit(4);
    const [one] = take(low, 2);
    one!.throttled();
    for (let time = 0; time < 9; time++) one!.succeeded();
    expect(low.limit).toBe(1);
    one!.succeeded();
    expect(low.limit).toBe(2);
  });

  test("of one at a time has a pause in between, which grows when throttled, and shrinks to none", async () => {
    vi.useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const limit = new OriginLimit(1);
    const pauses: number[] = [];
    const { signal } = new AbortController();
    let given = 0;
    const acquire = () => limit.acquire(signal).finally(() => given++);
    for (let round = 0; round < 3; round++) {
      const acquiring = acquire();
      await vi.advanceTimersByTimeAsync(Math.ceil(limit.pauseMs));
      const place = await acquiring;
      await vi.advanceTimersByTimeAsync(20);
      place.throttled();
      pauses.push(limit.pauseMs);
      place.release();
    }
    // An answer takes 20 ms, and the time from one to the next grows by half each time: 30, 45, 67.5.
    expect(pauses).toEqual([10, 25, 47.5]);
    expect(limit.isFree).toBe(false);
    const acquiring = acquire();
    await vi.advanceTimersByTimeAsync(47);
    expect(given).toBe(3);
    await vi.advanceTimersByTimeAsync(1);
    const place = await acquiring;
    for (let round = 0; round < 200; round++) place.succeeded();
    expect(limit.pauseMs).toBe(0);
    place.release();
    expect(limit.isFree).toBe(true);
  });

  test("lets waiting ones in, in order, as places come free or the limit rises", async () => {
    const limit = new OriginLimit(2);
    const [first, second] = take(limit, 2);
    first!.throttled();
    expect(limit.limit).toBe(1);
    const order: number[] = [];
    const { signal } = new AbortController();
    const waiting = [1, 2, 3].map((number) =>
      limit.acquire(signal).then((place) => {
        order.push(number);
        return place;
      }),
    );
    first!.release();
    await Promise.resolve();
    expect(order).toEqual([]);
    second!.release();
    second!.release();
    const third = await waiting[0]!;
    expect(order).toEqual([1]);
    for (let time = 0; time < 10; time++) third.succeeded();
    await waiting[1];
    expect([order, limit.limit, limit.inFlight]).toEqual([[1, 2], 2, 2]);
    third.release();
    await waiting[2];
    expect(order).toEqual([1, 2, 3]);
  });

  test("lets go of a waiting one whose signal aborts", async () => {
    const limit = new OriginLimit(1);
    const [place] = take(limit, 1);
    const controller = new AbortController();
    const gone = limit.acquire(controller.signal);
    const next = limit.acquire(new AbortController().signal);
    controller.abort("gone");
    await expect(gone).rejects.toBe("gone");
    await expect(limit.acquire(controller.signal)).rejects.toBe("gone");
    place!.release();
    (await next).release();
    expect(limit.inFlight).toBe(0);
  });
});

describe("the beginnings of many requests", () => {
  test("are spread over turns of the event loop, in the order of asking, and each begins", async () => {
    const { server, client } = await setUp({});
    let turn = 0;
    let isOver = false;
    const count = (): void => {
      turn++;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    const begun: { readonly index: number; readonly turn: number }[] = [];
    await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const { prepare, ...rest } = call(`${server.origin}/${index}`);
        const noted: typeof prepare = (attempt) => {
          begun.push({ index, turn });
          return prepare(attempt);
        };
        await (await client.send({ ...rest, prepare: noted })).bytes();
      }),
    );
    isOver = true;
    expect(begun.map(({ index }) => index)).toEqual(Array.from({ length: 100 }, (_, index) => index));
    const inTurns = begun.reduce(
      (turns, one) => turns.set(one.turn, (turns.get(one.turn) ?? 0) + 1),
      new Map<number, number>(),
    );
    // The count may be a turn behind.
    for (const together of inTurns.values()) expect(together).toBeLessThanOrEqual(32);
    expect(inTurns.size).toBeGreaterThanOrEqual(4);
    expect(server.seen).toHaveLength(100);
  });

  test("end in the reason of a signal that aborts meanwhile", async () => {
    const { server, client } = await setUp({});
    const controller = new AbortController();
    const calls = Array.from({ length: 100 }, () => client.send(call(server.origin, { signal: controller.signal })));
    controller.abort(new Error("enough"));
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.every(({ status }) => status === "rejected")).toBe(true);
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({ reason: { code: "ABORTED", cause: { message: "enough" } } });
    expect(server.seen.length).toBeLessThanOrEqual(16);
  });
});
