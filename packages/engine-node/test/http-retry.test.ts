import { DeltaError } from "@asyncdelta/kernel-core";
import { describe, expect, test } from "vitest";
import type { HttpAttempt, HttpClient } from "../src/http/http-call.js";
import { httpClient } from "../src/http/http-client.js";
import type { HttpClientOptions } from "../src/http/http-options.js";
import { cleanups } from "./http/cleanups.js";
import { call, type NotingClock, notingClock } from "./http/test-call.js";
import { type Answering, serve, serveRaw, type TestServer } from "./http/test-server.js";

interface SetUp {
  readonly server: TestServer;
  readonly client: HttpClient;
  readonly clock: NotingClock;
}

/** With the longest waits that the jitter allows. */
async function setUp(answer: Answering, options?: HttpClientOptions): Promise<SetUp> {
  const server = await serve(answer);
  const clock = notingClock();
  const client = httpClient({ clock, random: () => 1, ...options });
  cleanups.push(server.close, client.close);
  return { server, client, clock };
}

/** Answers with the statuses in turn, then with 200. */
function inTurn(statuses: readonly number[], headers: Readonly<Record<string, string>> = {}): Answering {
  return (_request, response, index) => {
    const status = statuses[index];
    if (status === undefined) response.end("done");
    else response.writeHead(status, headers).end(`status ${status}`);
  };
}

const textOf = async (client: HttpClient, asked: ReturnType<typeof call>): Promise<string> =>
  Buffer.from(await (await client.send(asked)).bytes()).toString();

describe("an answer that is refused", () => {
  test.each([500, 503])("with %i is asked for again, after waits that double", async (status) => {
    const { server, client, clock } = await setUp(inTurn(Array(5).fill(status)));
    expect(await textOf(client, call(server.origin))).toBe("done");
    expect(clock.sleeps).toEqual([100, 200, 400, 800, 1600]);
    expect([server.seen.length, server.sockets.length]).toEqual([6, 1]);
  });

  test("for good ends the call at once, with the store's words", async () => {
    for (const status of [400, 403, 404, 412, 416]) {
      const { server, client } = await setUp(inTurn([status]));
      await expect(client.send(call(server.origin))).rejects.toMatchObject({
        name: "HttpRefusal",
        status,
        attempts: 1,
        refusal: { message: `status ${status}` },
      });
      expect(server.seen).toHaveLength(1);
    }
  });

  test("as often as retries are allowed ends in the last refusal", async () => {
    const { server, client, clock } = await setUp(inTurn(Array(9).fill(503)), { retries: 3, longestBackoffMs: 250 });
    await expect(client.send(call(server.origin))).rejects.toMatchObject({ status: 503, attempts: 4 });
    expect(clock.sleeps).toEqual([100, 200, 250]);
    expect(server.seen).toHaveLength(4);
  });

  test("is waited for by chance: anything up to the bound", async () => {
    const chances = [0.5, 0, 0.25];
    const { server, client, clock } = await setUp(inTurn([503, 503, 503]), { random: () => chances.shift()! });
    await client.send(call(server.origin)).then((response) => response.bytes());
    expect(clock.sleeps).toEqual([50, 100]);
  });

  test("because of another write is asked for again", async () => {
    const { server, client } = await setUp(inTurn([409, 409]));
    const request = { method: "PUT", body: new Uint8Array(1) } as const;
    expect(await textOf(client, call(server.origin, { request, repeatable: false }))).toBe("done");
    expect(server.seen).toHaveLength(3);
  });

  test("is cut at 64 KiB for its words", async () => {
    const { server, client } = await setUp((_request, response) => response.writeHead(400).end("x".repeat(1_000_000)));
    const error = await client.send(call(server.origin)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ refusal: { message: "x".repeat(65_536) } });
  });

  test("and breaks off is classified by what came of it", async () => {
    const { server, client } = await setUp((_request, response) => {
      response.writeHead(404, { "content-length": "100" });
      response.write("NoSuchKey", () => response.destroy());
    });
    await expect(client.send(call(server.origin))).rejects.toMatchObject({
      status: 404,
      refusal: { kind: "absent", message: "NoSuchKey" },
    });
  });
});

describe("what the server asks to wait", () => {
  test("in seconds is waited, also where it is longer than any backoff", async () => {
    const { server, client, clock } = await setUp(inTurn([503, 429], { "retry-after": "20" }), {
      longestBackoffMs: 1000,
    });
    expect(await textOf(client, call(server.origin))).toBe("done");
    expect(clock.sleeps).toEqual([20_000, 20_000]);
  });

  test("until a date is waited, by the server's own clock", async () => {
    const headers = { date: "Tue, 01 Jan 2030 00:00:00 GMT", "retry-after": "Tue, 01 Jan 2030 00:00:07 GMT" };
    const { server, client, clock } = await setUp(inTurn([503], headers));
    expect(await textOf(client, call(server.origin))).toBe("done");
    expect(clock.sleeps).toEqual([7000]);
  });

  test("is not waited where the call would be too late then", async () => {
    const { server, client, clock } = await setUp(inTurn([503], { "retry-after": "200" }));
    await expect(client.send(call(server.origin))).rejects.toMatchObject({ status: 503, attempts: 1 });
    expect(clock.sleeps).toEqual([]);
  });

  test("counts against the call's deadline", async () => {
    const { server, client, clock } = await setUp(inTurn(Array(99).fill(503), { "retry-after": "50" }));
    await expect(client.send(call(server.origin))).rejects.toMatchObject({ status: 503, attempts: 4 });
    expect(clock.sleeps).toEqual([50_000, 50_000, 50_000]);
  });
});

describe("credentials that have expired", () => {
  test("are renewed once, and the call sent again at once", async () => {
    const { server, client, clock } = await setUp(inTurn([401]));
    let token = "old";
    const asked = call(server.origin, {
      prepare: () => ({ method: "GET", url: server.origin, headers: { authorization: token } }),
      renew: async () => {
        token = "new";
      },
      repeatable: false,
    });
    expect(await textOf(client, asked)).toBe("done");
    expect(server.seen.map((request) => request.headers.authorization)).toEqual(["old", "new"]);
    expect(clock.sleeps).toEqual([]);
  });

  test("and renewed do not help end the call", async () => {
    let renewals = 0;
    const { server, client } = await setUp(inTurn([401, 401, 401]));
    const renew = async () => {
      renewals++;
    };
    await expect(client.send(call(server.origin, { renew }))).rejects.toMatchObject({ status: 401, attempts: 2 });
    expect(renewals).toBe(1);
  });

  test("and cannot be renewed end the call, in the refusal or the error of renewing", async () => {
    const { server, client } = await setUp((_request, response) => response.writeHead(401).end());
    await expect(client.send(call(server.origin))).rejects.toMatchObject({ status: 401, attempts: 1 });
    const failed = new DeltaError("ACCESS_DENIED", "no credentials");
    const renew = () => Promise.reject(failed);
    await expect(client.send(call(server.origin, { renew }))).rejects.toBe(failed);
  });
});

describe("a clock that differs from the server's", () => {
  const date = "Tue, 01 Jan 2030 00:00:00 GMT";

  test("is corrected once, and stays so for the origin", async () => {
    const { server, client, clock } = await setUp(inTurn([418], { date }));
    const times: number[] = [];
    const asked = call(server.origin, {
      origin: server.origin,
      prepare: ({ now }) => {
        times.push(now);
        return { method: "GET", url: server.origin, headers: {} };
      },
    });
    expect(await textOf(client, asked)).toBe("done");
    expect(await textOf(client, asked)).toBe("done");
    expect(times).toEqual([clock.now(), Date.parse(date), Date.parse(date)]);
    expect([client.now(), clock.sleeps]).toEqual([clock.now(), []]);
  });

  test("and is right after all ends the call", async () => {
    const { server, client, clock } = await setUp((_request, response) =>
      response.writeHead(418, { date: new Date(clock.now()).toUTCString() }).end(),
    );
    await expect(client.send(call(server.origin))).rejects.toMatchObject({ status: 418, attempts: 1 });
  });

  test("and corrected is refused again ends the call", async () => {
    const { server, client } = await setUp(inTurn([418, 418, 418], { date }));
    await expect(client.send(call(server.origin))).rejects.toMatchObject({ status: 418, attempts: 2 });
  });
});

describe("a request that brings no answer", () => {
  test("is sent again, over a new socket", async () => {
    const { server, client, clock } = await setUp((request, response, index) => {
      if (index < 3) request.socket.destroy();
      else response.end("done");
    });
    expect(await textOf(client, call(server.origin))).toBe("done");
    expect([server.seen.length, server.sockets.length, clock.sleeps]).toEqual([4, 4, [100, 200, 400]]);
  });

  test("is not sent again where that could do harm", async () => {
    const { server, client } = await setUp((request) => request.socket.destroy());
    await expect(client.send(call(server.origin, { repeatable: false }))).rejects.toMatchObject({
      name: "HttpFailure",
      kind: "reset",
      attempts: 1,
    });
    expect(server.seen).toHaveLength(1);
  });

  test("nor is a server's failure in the middle of it", async () => {
    const { server, client } = await setUp(inTurn([500]));
    await expect(client.send(call(server.origin, { repeatable: false }))).rejects.toMatchObject({ status: 500 });
    expect(server.seen).toHaveLength(1);
  });

  test("is sent again where it certainly did not arrive, harmful or not", async () => {
    const { server, client, clock } = await setUp(inTurn([]));
    await server.close();
    cleanups.shift();
    const harmful = call(server.origin, { repeatable: false });
    await expect(client.send(harmful)).rejects.toMatchObject({ kind: "refused", attempts: 11 });
    expect(clock.sleeps).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 12_800, 15_000, 15_000]);
  });

  test("because its host has no name is tried three times", async () => {
    const { client } = await setUp(inTurn([]));
    await expect(client.send(call("http://host.invalid/x"))).rejects.toMatchObject({ kind: "dns", attempts: 3 });
  });

  test("but no HTTP is tried again, and fails as such", async () => {
    let requests = 0;
    const server = await serveRaw((socket) =>
      socket.on("data", () => {
        requests++;
        socket.end("SSH-2.0-OpenSSH_9.6\r\n");
      }),
    );
    const client = httpClient({ clock: notingClock(), retries: 2 });
    cleanups.push(server.close, client.close);
    await expect(client.send(call(server.origin))).rejects.toMatchObject({ kind: "protocol", attempts: 3 });
    expect(requests).toBe(3);
  });

  test("with a header that HTTP does not allow is never sent", async () => {
    const { server, client } = await setUp(inTurn([]));
    const request = { headers: { "x-bad": "secret\r\nx: y" } };
    await expect(client.send(call(server.origin, { request }))).rejects.toMatchObject({
      kind: "protocol",
      attempts: 1,
    });
    expect(server.seen).toHaveLength(0);
  });
});

describe("a socket that was kept", () => {
  /** Answers the first request on each socket, and closes it when the second comes. */
  async function forgetful(): Promise<SetUp> {
    const counts = new Map<unknown, number>();
    return setUp((request, response) => {
      const count = (counts.get(request.socket) ?? 0) + 1;
      counts.set(request.socket, count);
      if (count > 1) request.socket.destroy();
      else response.end("done");
    });
  }

  test("and was closed by the server is replaced at once, without a wait", async () => {
    const { server, client, clock } = await forgetful();
    for (let round = 0; round < 3; round++) expect(await textOf(client, call(server.origin))).toBe("done");
    expect([server.seen.length, server.sockets.length, clock.sleeps]).toEqual([5, 3, []]);
  });

  test("is no reason to send again what could do harm", async () => {
    const { server, client } = await forgetful();
    expect(await textOf(client, call(server.origin))).toBe("done");
    await expect(client.send(call(server.origin, { repeatable: false }))).rejects.toMatchObject({ kind: "reset" });
    expect(server.seen).toHaveLength(2);
  });
});

describe("attempts", () => {
  test("are prepared one by one, with their number", async () => {
    const { server, client } = await setUp(inTurn([503, 503]));
    const attempts: HttpAttempt[] = [];
    const asked = call(server.origin, {
      prepare: async (attempt) => {
        attempts.push(attempt);
        return { method: "GET", url: `${server.origin}/${attempt.index}`, headers: {} };
      },
    });
    expect(await textOf(client, asked)).toBe("done");
    expect(server.seen.map((request) => request.target)).toEqual(["/0", "/1", "/2"]);
    expect(attempts[1]!.now - attempts[0]!.now).toBe(100);
  });

  test("end with the error of what prepares or classifies them", async () => {
    const { server, client } = await setUp(inTurn([400]));
    const own = new DeltaError("ACCESS_DENIED", "own");
    const fails = () => {
      throw own;
    };
    await expect(client.send(call(server.origin, { prepare: fails }))).rejects.toBe(own);
    await expect(client.send(call(server.origin, { classify: fails }))).rejects.toBe(own);
    await client.close();
  });

  test("of all calls share a budget, so that a storm is not multiplied", async () => {
    const { server, client } = await setUp((_request, response) => response.writeHead(500).end());
    const calls = Array.from({ length: 200 }, () => client.send(call(server.origin)));
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.every((outcome) => outcome.status === "rejected")).toBe(true);
    // 200 first attempts and the 100 retries that the budget is good for, not 2000.
    expect(server.seen).toHaveLength(300);
  });
});
