import { describe, expect, test } from "vitest";
import { httpClient } from "../src/http/http-client.js";
import type { HttpClientOptions } from "../src/http/http-options.js";
import { cleanups } from "./http/cleanups.js";
import { setUp as setUpClient } from "./http/set-up.js";
import { call, notingClock } from "./http/test-call.js";
import { type Answering, serveRaw, until } from "./http/test-server.js";

const setUp = (answer: Answering, options: HttpClientOptions) =>
  setUpClient(answer, { clock: notingClock(), ...options });

describe("an answer that does not come", () => {
  test("is given up, and asked for again over a new socket", async () => {
    const { server, client } = await setUp(
      (_request, response, index) => {
        if (index === 2) response.end("done");
      },
      { firstByteMs: 250 },
    );
    expect(await (await client.send(call(server.origin))).bytes()).toHaveLength(4);
    expect([server.seen.length, server.sockets.length]).toEqual([3, 3]);
    await until(() => server.open.size === 1);
  });

  test("ends the call when its retries are used up, and closes all sockets", async () => {
    const { server, client } = await setUp(() => {}, { firstByteMs: 20, retries: 2 });
    await expect(client.send(call(server.origin))).rejects.toMatchObject({ kind: "timeout", attempts: 3 });
    await until(() => server.open.size === 0);
    expect(server.sockets).toHaveLength(3);
  });

  test("is not asked for again where that could do harm", async () => {
    const { server, client } = await setUp(() => {}, { firstByteMs: 20 });
    const harmful = call(server.origin, { repeatable: false });
    await expect(client.send(harmful)).rejects.toMatchObject({ kind: "timeout", attempts: 1 });
  });

  test("ends the call at the call's own deadline", async () => {
    const { server, client } = await setUp(() => {}, { callMs: 30, retries: 0 });
    await expect(client.send(call(server.origin))).rejects.toMatchObject({ kind: "timeout" });
  });
});

test("a handshake that does not end is given up, and the request sent again since it never left", async () => {
  const server = await serveRaw((socket) => socket.resume(), "https");
  const client = httpClient({ clock: notingClock(), connectMs: 30, retries: 2 });
  cleanups.push(server.close, client.close);
  const harmful = call(server.origin, { repeatable: false });
  await expect(client.send(harmful)).rejects.toMatchObject({ kind: "timeout", attempts: 3 });
  expect(server.sockets).toHaveLength(3);
  await until(() => server.open.size === 0);
});

describe("a body that stops", () => {
  test.each([
    ["altogether", Number.POSITIVE_INFINITY],
    ["but for a byte now and then", 10],
  ])("%s is broken, and its socket closed", async (_how, everyMs) => {
    const { server, client } = await setUp(
      (_request, response) => {
        response.writeHead(200, { "content-length": "100000" });
        response.write("0123456789");
        if (everyMs === Number.POSITIVE_INFINITY) return;
        const drip = setInterval(() => response.write("x"), everyMs);
        response.on("close", () => clearInterval(drip));
      },
      { idleMs: 60 },
    );
    const response = await client.send(call(server.origin));
    await expect(response.bytes()).rejects.toMatchObject({ name: "HttpFailure", kind: "broken" });
    await until(() => server.open.size === 0);
    expect(server.seen).toHaveLength(1);
  });

  test("because its reader does is not broken", async () => {
    const body = Buffer.alloc(8 << 20, 1);
    const { server, client } = await setUp((_request, response) => response.end(body), { idleMs: 250 });
    let size = 0;
    let slept = false;
    for await (const piece of (await client.send(call(server.origin))).body) {
      size += piece.length;
      if (!slept) await new Promise((resolve) => setTimeout(resolve, 600));
      slept = true;
    }
    expect(size).toBe(body.length);
  });
});
