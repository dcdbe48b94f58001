import { getEventListeners } from "node:events";
import type { Clock } from "@asyncdelta/kernel-core";
import { describe, expect, test } from "vitest";
import { systemClock } from "../src/clock.js";
import type { HttpCall, HttpClient } from "../src/http/http-call.js";
import { httpClient } from "../src/http/http-client.js";
import { cleanups } from "./http/cleanups.js";
import { setUp } from "./http/set-up.js";
import { call, notingClock } from "./http/test-call.js";
import { type Answering, serveRaw, until } from "./http/test-server.js";

const silent: Answering = () => {};
const half: Answering = (_request, response) => {
  response.writeHead(200, { "content-length": "20" });
  response.write("0123456789");
};

/** Each stage of a call: what runs, and when it has got there. */
interface Stage {
  readonly client: HttpClient;
  readonly running: Promise<unknown>;
  readonly open: () => number;
}

const stages: Record<string, (part: Partial<HttpCall>) => Promise<Stage>> = {
  async preparing(part) {
    const { server, client } = await setUp(silent);
    let isThere = false;
    const prepare: HttpCall["prepare"] = ({ signal }) =>
      new Promise((_resolve, reject) => {
        isThere = true;
        signal?.addEventListener("abort", () => reject(new Error("own")), { once: true });
      });
    const running = client.send(call(server.origin, { ...part, prepare }));
    await until(() => isThere);
    return { client, running, open: () => server.open.size };
  },
  async "waiting for its turn"(part) {
    const { server, client } = await setUp(silent, { requests: 1 });
    const first = client.send(call(server.origin, part));
    first.catch(() => {});
    const running = client.send(call(server.origin, part));
    await until(() => server.seen.length === 1);
    return { client, running, open: () => server.open.size };
  },
  async connecting(part) {
    const server = await serveRaw((socket) => socket.resume(), "https");
    const client = httpClient();
    cleanups.push(server.close, client.close);
    const running = client.send(call(server.origin, part));
    await until(() => server.open.size === 1);
    return { client, running, open: () => server.open.size };
  },
  async "waiting for the answer"(part) {
    const { server, client } = await setUp(silent);
    const running = client.send(call(server.origin, part));
    await until(() => server.seen.length === 1);
    return { client, running, open: () => server.open.size };
  },
  async "reading a refusal"(part) {
    const { server, client } = await setUp((_request, response) => {
      response.writeHead(503);
      response.write("half");
    });
    const running = client.send(call(server.origin, part));
    await until(() => server.seen.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    return { client, running, open: () => server.open.size };
  },
  async "waiting between attempts"(part) {
    let isThere = false;
    const own = systemClock();
    const clock: Clock = {
      now: own.now,
      sleep: (ms, options) => {
        isThere = true;
        return own.sleep(ms, options);
      },
    };
    const { server, client } = await setUp(
      (_request, response) => response.writeHead(503, { "retry-after": "60", connection: "close" }).end(),
      { clock },
    );
    const running = client.send(call(server.origin, part));
    await until(() => isThere);
    return { client, running, open: () => server.open.size };
  },
  async "reading the body whole"(part) {
    const { server, client } = await setUp(half);
    const running = (await client.send(call(server.origin, part))).bytes();
    return { client, running, open: () => server.open.size };
  },
  async "reading the body in pieces"(part) {
    const { server, client } = await setUp(half);
    const pieces = (await client.send(call(server.origin, part))).body[Symbol.asyncIterator]();
    await pieces.next();
    return { client, running: pieces.next(), open: () => server.open.size };
  },
  async "leaving the body unread"(part) {
    const { server, client } = await setUp(half);
    const response = await client.send(call(server.origin, part));
    const running = new Promise((resolve) => setTimeout(resolve, 20)).then(() => response.bytes());
    return { client, running, open: () => server.open.size };
  },
  async "leaving a whole body unread"(part) {
    const { server, client } = await setUp((_request, response) =>
      response.writeHead(200, { connection: "close" }).end("all"),
    );
    const response = await client.send(call(server.origin, part));
    await until(() => server.open.size === 0);
    const running = new Promise((resolve) => setTimeout(resolve, 20)).then(() => response.bytes());
    return { client, running, open: () => server.open.size };
  },
};

describe.each(Object.keys(stages))("a call that is %s", (name) => {
  test("ends in ABORTED by its signal, with the reason, and its socket is closed", async () => {
    const controller = new AbortController();
    const { running, open } = await stages[name]!({ signal: controller.signal });
    const reason = new Error("no longer wanted");
    const outcome = expect(running).rejects.toMatchObject({ code: "ABORTED", cause: reason });
    controller.abort(reason);
    await outcome;
    await until(() => open() === 0);
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  });

  test("ends in CLOSED by the client's closing, which waits for it", async () => {
    const { client, running, open } = await stages[name]!({});
    const outcome = expect(running).rejects.toMatchObject({ code: "CLOSED" });
    await client.close();
    await outcome;
    await until(() => open() === 0);
  });
});

test("a signal that has aborted before sends nothing", async () => {
  const { server, client } = await setUp(silent);
  const signal = AbortSignal.abort("before");
  await expect(client.send(call(server.origin, { signal }))).rejects.toMatchObject({
    code: "ABORTED",
    cause: "before",
  });
  expect(server.sockets).toHaveLength(0);
});

test("an abort ends its own calls and no others", async () => {
  const answers: (() => void)[] = [];
  const { server, client } = await setUp((_request, response) => answers.push(() => response.end("done")));
  const controller = new AbortController();
  const stopped = client.send(call(server.origin, { signal: controller.signal }));
  const going = client.send(call(server.origin));
  const outcome = expect(stopped).rejects.toMatchObject({ code: "ABORTED" });
  await until(() => answers.length === 2);
  controller.abort();
  await outcome;
  for (const answer of answers) answer();
  expect(await (await going).bytes()).toHaveLength(4);
});

test("a signal that lives long gathers no listeners", async () => {
  const { server, client } = await setUp(
    (_request, response, index) => {
      if (index % 10 === 0) response.writeHead(503);
      response.end("done");
    },
    { clock: notingClock() },
  );
  const { signal } = new AbortController();
  const calls = Array.from({ length: 200 }, async () => (await client.send(call(server.origin, { signal }))).bytes());
  expect(getEventListeners(signal, "abort").length).toBeLessThanOrEqual(1);
  await Promise.all(calls);
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

test("a closed client takes no more calls, and closes again", async () => {
  const { server, client } = await setUp((_request, response) => response.end("done"));
  await (await client.send(call(server.origin))).bytes();
  await client.close();
  await until(() => server.open.size === 0);
  await expect(client.send(call(server.origin))).rejects.toMatchObject({ code: "CLOSED" });
  await client.close();
});
