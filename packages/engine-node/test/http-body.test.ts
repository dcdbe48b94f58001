import type { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import type { HttpClient } from "../src/http/http-call.js";
import { httpClient } from "../src/http/http-client.js";
import type { HttpResponse } from "../src/http/http-request.js";
import { cleanups } from "./http/cleanups.js";
import { call } from "./http/test-call.js";
import { type Answering, serve, serveRaw, type TestServer, until } from "./http/test-server.js";

async function setUp(answer: Answering): Promise<{ server: TestServer; client: HttpClient }> {
  const server = await serve(answer);
  const client = httpClient();
  cleanups.push(server.close, client.close);
  return { server, client };
}

/** The answer to one GET of a server that sends these bytes, then does something to the socket. */
async function rawAnswer(bytes: string, then: (socket: Socket) => void): Promise<HttpResponse> {
  const server = await serveRaw((socket) => socket.once("data", () => socket.write(bytes, () => then(socket))));
  const client = httpClient({ retries: 0 });
  cleanups.push(server.close, client.close);
  return client.send(call(server.origin));
}

async function readAll(response: HttpResponse): Promise<{ text: string; error: unknown }> {
  let text = "";
  try {
    for await (const piece of response.body) text += Buffer.from(piece).toString();
    return { text, error: undefined };
  } catch (error) {
    return { text, error };
  }
}

const broken = expect.objectContaining({ name: "HttpFailure", kind: "broken", attempts: 1 });

describe("a body that breaks off", () => {
  const answers: [string, string][] = [
    ["of known length", "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhello"],
    [
      "of known length, after which the server says to close",
      "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 10\r\n\r\nhello",
    ],
    ["in chunks", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n"],
    ["within a chunk", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n8\r\nhello"],
    ["by a chunk that is none", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\nnonsense\r\n"],
  ];
  const ways: [string, (socket: Socket) => void][] = [
    ["end", (socket) => socket.end()],
    ["reset", (socket) => setTimeout(() => socket.resetAndDestroy(), 10)],
  ];
  for (const [what, answer] of answers) {
    for (const [way, then] of ways) {
      test(`${what}, by ${way}, gives what came and then an error`, async () => {
        expect(await readAll(await rawAnswer(answer, then))).toEqual({ text: "hello", error: broken });
      });
      test(`${what}, by ${way}, is never taken for whole`, async () => {
        await expect((await rawAnswer(answer, then)).bytes()).rejects.toEqual(broken);
      });
    }
  }

  test("does not spoil the next request", async () => {
    const { server, client } = await setUp((_request, response, index) => {
      if (index > 0) return void response.end("whole");
      response.writeHead(200, { "content-length": "100" });
      response.write("part", () => response.destroy());
    });
    await expect((await client.send(call(server.origin))).bytes()).rejects.toEqual(broken);
    expect(Buffer.from(await (await client.send(call(server.origin))).bytes()).toString()).toBe("whole");
  });
});

describe("the whole body", () => {
  test.each([
    ["of known length", { "content-length": "300000" }],
    ["in chunks", {}],
  ])("%s is memory of its own, which may be transferred", async (_what, headers) => {
    const sent = Buffer.from(Array.from({ length: 300_000 }, (_, at) => at % 251));
    const { server, client } = await setUp((_request, response) => response.writeHead(200, headers).end(sent));
    const bytes = await (await client.send(call(server.origin))).bytes();
    expect(Buffer.compare(bytes, sent)).toBe(0);
    expect([bytes.constructor, bytes.byteOffset, bytes.buffer.byteLength]).toEqual([Uint8Array, 0, 300_000]);
    expect(structuredClone(bytes, { transfer: [bytes.buffer as ArrayBuffer] })).toHaveLength(300_000);
    expect(bytes).toHaveLength(0);
  });

  test.each([
    ["of known length", { "content-length": "300000" }],
    ["in chunks", {}],
  ])("%s that is longer than wanted is an error, and closes the socket", async (_what, headers) => {
    const { server, client } = await setUp((_request, response, index) => {
      response.writeHead(200, headers).write(Buffer.alloc(300_000 - 1));
      if (index > 0) response.end("x");
    });
    const response = await client.send(call(server.origin));
    await expect(response.bytes(200_000)).rejects.toMatchObject({ name: "HttpFailure", kind: "protocol" });
    await until(() => server.open.size === 0);
    expect(await (await client.send(call(server.origin))).bytes(300_000)).toHaveLength(300_000);
  });

  test("is given once", async () => {
    const { server, client } = await setUp((_request, response) => response.end("x"));
    const response = await client.send(call(server.origin));
    await response.bytes();
    await expect(response.bytes()).rejects.toThrow("has been read or cancelled before");
    expect(() => response.body[Symbol.asyncIterator]()).toThrow("has been read or cancelled before");
  });

  test("longer than memory is an error of the call, not of the process", async () => {
    const { server, client } = await setUp((_request, response) => {
      response.writeHead(200, { "content-length": "900000000000000" });
      response.write("x");
    });
    await expect((await client.send(call(server.origin))).bytes()).rejects.toMatchObject({ kind: "protocol" });
    await until(() => server.open.size === 0);
  });
});

describe("a body in pieces", () => {
  test("is not read faster than it is wanted", async () => {
    const total = 64 << 20;
    let taken = 0;
    const { server, client } = await setUp((_request, response) => {
      response.writeHead(200, { "content-length": String(total) });
      const piece = Buffer.alloc(64 << 10);
      const write = (): void => {
        while (taken < total) {
          taken += piece.length;
          if (!response.write(piece)) return void response.once("drain", write);
        }
        response.end();
      };
      write();
    });
    const response = await client.send(call(server.origin));
    const pieces = response.body[Symbol.asyncIterator]();
    let read = (await pieces.next()).value!.length as number;
    // What the sockets' own buffers hold is out of the client's hands.
    let before = -1;
    while (before !== taken) {
      before = taken;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(taken).toBeLessThan(total / 2);
    for (let piece = await pieces.next(); !piece.done; piece = await pieces.next()) read += piece.value.length;
    expect(read).toBe(total);
  });

  test("left early closes the socket", async () => {
    const { server, client } = await setUp((_request, response) => {
      response.writeHead(200, { "content-length": "1000000" });
      response.write(Buffer.alloc(1000));
    });
    for await (const piece of (await client.send(call(server.origin))).body) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    await until(() => server.sockets.length === 1 && server.open.size === 0);
  });

  test("left early while it waits for the next one ends at once", async () => {
    const { server, client } = await setUp((_request, response) => void response.writeHead(200).flushHeaders());
    const pieces = (await client.send(call(server.origin))).body[Symbol.asyncIterator]();
    const pending = pieces.next();
    await pieces.return?.();
    expect(await pending).toEqual({ done: true, value: undefined });
    await until(() => server.open.size === 0);
  });
});

describe("a body that is cancelled", () => {
  test("keeps its socket where the rest is short", async () => {
    const { server, client } = await setUp((_request, response) => {
      response.writeHead(200, { "content-length": "20" });
      response.write("0123456789");
      setTimeout(() => response.end("0123456789"), 10);
    });
    for (let round = 0; round < 3; round++) await (await client.send(call(server.origin))).cancel();
    expect([server.seen.length, server.sockets.length]).toEqual([3, 1]);
  });

  test("closes its socket where the rest is long, or of no known length", async () => {
    const { server, client } = await setUp((_request, response, index) => {
      response.writeHead(200, index === 0 ? { "content-length": "1000000" } : {});
      response.write("0123456789");
    });
    for (let round = 0; round < 2; round++) {
      const response = await client.send(call(server.origin));
      await response.cancel();
      await response.cancel();
      await until(() => server.sockets.length === round + 1 && server.open.size === 0);
    }
  });

  test("ends a reading of it", async () => {
    const { server, client } = await setUp((_request, response) => {
      response.writeHead(200, { "content-length": "20" });
      response.write("0123456789");
    });
    const response = await client.send(call(server.origin));
    const reading = response.bytes();
    await response.cancel();
    await expect(reading).rejects.toThrow("has been cancelled");
  });
});
