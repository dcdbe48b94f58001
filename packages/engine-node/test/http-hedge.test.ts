import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import type { HttpClient } from "../src/http/http-call.js";
import type { HttpClientOptions } from "../src/http/http-options.js";
import { setUp as setUpClient } from "./http/set-up.js";
import { call, notingClock } from "./http/test-call.js";
import { type Answering, until } from "./http/test-server.js";

const setUp = (answer: Answering, options: HttpClientOptions) =>
  setUpClient(answer, { clock: notingClock(), ...options });

const textOf = async (client: HttpClient, asked: ReturnType<typeof call>): Promise<string> =>
  Buffer.from(await (await client.send(asked)).bytes()).toString();

describe("a GET whose first byte is late", () => {
  test("is sent a second time, and the slower one's socket closed", async () => {
    const { server, client } = await setUp(
      (_request, response, index) => {
        if (index > 0) response.end(`answer ${index}`);
      },
      { hedge: { afterMs: 20 } },
    );
    expect(await textOf(client, call(`${server.origin}/x?y`))).toBe("answer 1");
    expect(server.seen.map((request) => request.target)).toEqual(["/x?y", "/x?y"]);
    await until(() => server.open.size === 1);
    // Both places are free again.
    expect(await textOf(client, call(server.origin))).toBe("answer 2");
  });

  test("counts where it still comes first", async () => {
    let first: ServerResponse | undefined;
    const { server, client } = await setUp(
      (_request, response, index) => {
        if (index === 0) first = response;
        else first?.end("first");
      },
      { hedge: { afterMs: 20 } },
    );
    expect(await textOf(client, call(server.origin))).toBe("first");
    expect(server.seen).toHaveLength(2);
    await until(() => server.open.size === 1);
  });

  test("is known by what others of the origin took", async () => {
    const { server, client } = await setUp(
      (_request, response, index) => {
        if (index !== 12) response.end("quick");
      },
      { hedge: true },
    );
    for (let round = 0; round < 12; round++) await textOf(client, call(server.origin));
    const before = server.seen.length;
    expect(await textOf(client, call(server.origin))).toBe("quick");
    expect(server.seen.length - before).toBeGreaterThanOrEqual(1);
    await until(() => server.open.size === 1);
  });

  test("fails as itself where both fail", async () => {
    const sockets: Socket[] = [];
    const { server, client } = await setUp(
      (request, _response, index) => {
        sockets.push(request.socket);
        if (index === 1) for (const socket of sockets.reverse()) socket.destroy();
      },
      { hedge: { afterMs: 10 }, retries: 0 },
    );
    await expect(client.send(call(server.origin))).rejects.toMatchObject({ name: "HttpFailure", kind: "reset" });
    expect(server.seen).toHaveLength(2);
  });

  test("is stopped with its second by an abort", async () => {
    const { server, client } = await setUp(() => {}, { hedge: { afterMs: 10 } });
    const controller = new AbortController();
    const sending = expect(client.send(call(server.origin, { signal: controller.signal }))).rejects.toMatchObject({
      code: "ABORTED",
    });
    await until(() => server.seen.length === 2);
    controller.abort();
    await sending;
    await until(() => server.open.size === 0);
  });
});

describe("no second request is sent", () => {
  const late: Answering = (_request, response) => setTimeout(() => response.end("x"), 60);
  const cases: [string, HttpClientOptions, Parameters<typeof call>[1]][] = [
    ["unless asked for", {}, {}],
    ["for what writes", { hedge: { afterMs: 5 } }, { request: { method: "PUT", body: new Uint8Array(1) } }],
    ["where repeating could do harm", { hedge: { afterMs: 5 } }, { repeatable: false }],
    ["where there is no room for it", { hedge: { afterMs: 5 }, requests: 1 }, {}],
    ["before enough has been measured", { hedge: true }, {}],
  ];
  test.each(cases)("%s", async (_when, options, parts) => {
    const { server, client } = await setUp(late, options);
    expect(await textOf(client, call(server.origin, parts))).toBe("x");
    expect(server.seen).toHaveLength(1);
  });
});
