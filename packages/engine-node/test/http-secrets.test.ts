import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { httpClient } from "../src/http/http-client.js";
import type { HttpClientOptions } from "../src/http/http-options.js";
import { cleanups } from "./http/cleanups.js";
import { call, notingClock } from "./http/test-call.js";
import { serve, serveRaw, until } from "./http/test-server.js";

/** Each is in every request, and may be in no error. */
const SECRETS = ["SIGNATURE", "BEARER", "BODY"];

/** The error in which a call to the origin ends. */
async function errorOf(origin: string, options: HttpClientOptions = {}, read = false): Promise<unknown> {
  const client = httpClient({ clock: notingClock(), retries: 1, ...options });
  cleanups.push(client.close);
  const asked = call(`${origin}/path?sig=SIGNATURE`, {
    request: { method: "PUT", headers: { authorization: "BEARER" }, body: new TextEncoder().encode("BODY") },
    classify: () => ({ kind: "failed", code: "Code", message: "words" }),
  });
  const work = client.send(asked).then((response) => (read ? response.bytes() : undefined));
  return work.then(
    () => expect.fail("it must not succeed"),
    (error: unknown) => error,
  );
}

/** All that anybody could print of an error. */
function allOf(error: unknown): string {
  const seen = new Set<unknown>();
  const walk = (value: unknown): string => {
    if (typeof value !== "object" || value === null || seen.has(value)) return String(value);
    seen.add(value);
    return Reflect.ownKeys(value)
      .map((key) => `${String(key)}: ${walk((value as Record<PropertyKey, unknown>)[key])}`)
      .join("\n");
  };
  return `${walk(error)}\n${inspect(error, { depth: 20, showHidden: true })}`;
}

const raw = async (talk: Parameters<typeof serveRaw>[0], scheme?: string): Promise<string> => {
  const server = await serveRaw(talk, scheme);
  cleanups.push(server.close);
  return server.origin;
};

/** What the server got, sent back: the worst it can do. */
const cases: Record<string, () => Promise<unknown>> = {
  "a refusal": async () => {
    const server = await serve((request, response) =>
      response.writeHead(400, { location: request.url!, "set-cookie": "BEARER" }).end(`echo ${request.url}`),
    );
    cleanups.push(server.close);
    return errorOf(server.origin);
  },
  "a refused connection": async () => {
    const server = await serve(() => {});
    await server.close();
    return errorOf(server.origin);
  },
  "an unknown host": () => errorOf("http://host.invalid"),
  "a reset": async () => errorOf(await raw((socket) => socket.once("data", () => socket.resetAndDestroy()))),
  "an answer that is no HTTP": async () =>
    errorOf(await raw((socket) => socket.on("data", (data) => socket.write(data)))),
  "an answer with too many headers": async () =>
    errorOf(
      await raw((socket) =>
        socket.once("data", () => socket.write(`HTTP/1.1 200 OK\r\nx: ${"BEARER".repeat(20_000)}\r\n\r\n`)),
      ),
    ),
  "a late answer": async () => errorOf(await raw((socket) => socket.resume()), { firstByteMs: 20 }),
  "a late handshake": async () => errorOf(await raw((socket) => socket.resume(), "https"), { connectMs: 20 }),
  "a handshake with something else": async () => errorOf(await raw((socket) => socket.write("SIGNATURE"), "https")),
  "a broken body": async () =>
    errorOf(
      await raw((socket) =>
        socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nSIGNATURE")),
      ),
      {},
      true,
    ),
  "a header that is not allowed": async () => {
    const client = httpClient();
    cleanups.push(client.close);
    const request = { headers: { authorization: "BEARER\r\n" } };
    return client.send(call("http://127.0.0.1:1/?sig=SIGNATURE", { request })).catch((error: unknown) => error);
  },
  "a path that is not allowed": async () => {
    const client = httpClient();
    cleanups.push(client.close);
    return client.send(call("http://127.0.0.1:1/ü ?sig=SIGNATURE")).catch((error: unknown) => error);
  },
  "an abort": async () => {
    const server = await serve(() => {});
    const client = httpClient();
    cleanups.push(server.close, client.close);
    const controller = new AbortController();
    const asked = call(`${server.origin}/?sig=SIGNATURE`, {
      request: { headers: { authorization: "BEARER" } },
      signal: controller.signal,
    });
    const error = client.send(asked).catch((thrown: unknown) => thrown);
    await until(() => server.seen.length === 1);
    controller.abort();
    return error;
  },
  "a proxy that refuses": async () => {
    const origin = await raw((socket) =>
      socket.once("data", (data) => socket.end(`HTTP/1.1 407 ${data.toString("base64")}\r\ncontent-length: 0\r\n\r\n`)),
    );
    return errorOf("https://127.0.0.1:1", { proxy: origin.replace("//", "//SIGNATURE:BEARER@") });
  },
};

describe("the error of", () => {
  test.each(Object.entries(cases))("%s holds no secret of the request", async (_name, run) => {
    const error = await run();
    expect(error).toBeInstanceOf(Error);
    const text = allOf(error);
    expect(text).toMatch(/Http(Refusal|Failure)|DeltaError/);
    for (const secret of SECRETS) expect(text).not.toContain(secret);
    expect(text).not.toContain(Buffer.from("SIGNATURE:BEARER").toString("base64"));
  });
});
