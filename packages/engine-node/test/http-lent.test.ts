import type { Socket } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { HttpClient } from "../src/http/http-call.js";
import { cleanups } from "./http/cleanups.js";
import { certificate } from "./http/localhost-certificate.js";
import { setUp } from "./http/set-up.js";
import { call } from "./http/test-call.js";
import { type Answering, serveRaw } from "./http/test-server.js";
import { randomFrom } from "./random-from.js";

const LENGTH = 3_000_000;

/** The body behind a path: its bytes tell its number and the place. */
function bodyOf(path: string): Buffer {
  const number = Number(path.slice(1));
  return Buffer.from(Uint32Array.from({ length: LENGTH / 4 }, (_, at) => number * LENGTH + at).buffer);
}

const OPTIONS = { rejectUnauthorized: false, retries: 0 };

const whole: Answering = (request, response) => {
  response.writeHead(200, { "content-length": LENGTH }).end(bodyOf(request.url!));
};

const NUMBERS = Array.from({ length: 12 }, (_, at) => at);

/** Reads one body after the other while something else is read, so that what that keeps of the memory of all sockets is overwritten. */
async function beside<T>(client: HttpClient, origin: string, work: Promise<T>): Promise<T> {
  let isOver = false;
  const others = (async () => {
    for (let number = 0; !isOver; number++) await (await client.send(call(`${origin}/${number % 9}`))).bytes();
  })();
  try {
    return await work;
  } finally {
    isOver = true;
    await others;
  }
}

describe.each([
  ["http", undefined],
  ["https", certificate],
])("bodies over %s that come at the same time", (_scheme, tls) => {
  test("are read through memory that is used again", async () => {
    const { server, client } = await setUp(whole, OPTIONS, tls);
    const lent = new Map<ArrayBufferLike, number>();
    const received = await Promise.all(
      NUMBERS.map(async (number) => {
        const pieces: Buffer[] = [];
        await (await client.send(call(`${server.origin}/${number}`))).drain((piece) => {
          pieces.push(Buffer.from(piece));
          lent.set(piece.buffer, (lent.get(piece.buffer) ?? 0) + piece.length);
        });
        return Buffer.concat(pieces);
      }),
    );
    for (const number of NUMBERS) expect(received[number]!.equals(bodyOf(`/${number}`))).toBe(true);
    // The beginning of each comes with its headers, and what comes before somebody asks for it.
    expect(Math.max(...lent.values())).toBeGreaterThan((NUMBERS.length * LENGTH) / 2);
  });

  test("are whole where each is read in its own way and at its own pace", async () => {
    const random = randomFrom(11);
    const { server, client } = await setUp(
      (request, response) => {
        const body = bodyOf(request.url!);
        response.writeHead(200, { "content-length": LENGTH });
        void (async () => {
          for (let at = 0; at < LENGTH; ) {
            const end = Math.min(LENGTH, at + 1 + random(400_000));
            response.write(body.subarray(at, end));
            at = end;
            if (random(10) < 3) await turn();
          }
          response.end();
        })();
      },
      OPTIONS,
      tls,
    );
    const ways = [
      async (url: string) => Buffer.from(await (await client.send(call(url))).bytes()),
      async (url: string) => {
        const pieces: Uint8Array[] = [];
        for await (const piece of (await client.send(call(url))).body) {
          pieces.push(piece);
          // Longer than the sockets take to fill what may wait: the connection is paused.
          if (random(10) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
        }
        return Buffer.concat(pieces);
      },
      async (url: string) => {
        const pieces: Buffer[] = [];
        const response = await client.send(call(url));
        await turn();
        await response.drain((piece) => void pieces.push(Buffer.from(piece)));
        return Buffer.concat(pieces);
      },
    ];
    const received = await Promise.all(NUMBERS.map((number) => ways[number % 3]!(`${server.origin}/${number}`)));
    for (const number of NUMBERS) expect(received[number]!.equals(bodyOf(`/${number}`))).toBe(true);
  });
});

test("headers that come in pieces are kept while other bodies come", async () => {
  const { server, client } = await setUp(whole, OPTIONS);
  const slow = await serveRaw((socket: Socket) => {
    socket.once("data", async () => {
      const answer =
        "HTTP/1.1 200 OK\r\nx-first: one two three\r\nx-second: four five six\r\ncontent-length: 5\r\n\r\nhello";
      for (const byte of answer) {
        socket.write(byte);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    });
  });
  cleanups.push(slow.close);
  const answered = client.send(call(slow.origin)).then(async (response) => ({
    headers: response.headers,
    text: Buffer.from(await response.bytes()).toString(),
  }));
  const { headers, text } = await beside(client, server.origin, answered);
  expect(text).toBe("hello");
  expect(headers).toMatchObject({ "x-first": "one two three", "x-second": "four five six" });
});

test("a long answer that is refused is kept while other bodies come", async () => {
  const message = "no such thing, ".repeat(4000);
  const { server, client } = await setUp((request, response, ...rest) => {
    if (request.url !== "/refused") return whole(request, response, ...rest);
    response.writeHead(404, { "content-length": message.length }).write(message.slice(0, 100));
    setTimeout(() => response.write(message.slice(100, 20_000)), 20);
    setTimeout(() => response.end(message.slice(20_000)), 100);
  }, OPTIONS);
  const refused = client.send(call(`${server.origin}/refused`)).then(
    () => undefined,
    ({ refusal }) => refusal.message as string,
  );
  const refusal = await beside(client, server.origin, refused);
  expect(refusal === message).toBe(true);
});
