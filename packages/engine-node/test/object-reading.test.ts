import type { ServerResponse } from "node:http";
import { type ByteRange, isDeltaError, type Storage } from "@asyncdelta/kernel-core";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { HttpClient } from "../dist/http/http-call.js";
import { objectStorage } from "../dist/object-store/object-storage.js";
import { impatientClient, PlainObjects, plainService } from "./plain-objects.js";

let server: PlainObjects;
let client: HttpClient;
let storage: Storage;
const URL_ = "plain:///bucket/object";
const MIB = 1024 * 1024;

beforeEach(async () => {
  server = await PlainObjects.start();
  client = impatientClient();
  storage = objectStorage(plainService(server), client);
});
afterEach(async () => {
  await client.close();
  await server.stop();
});

/** Bytes that differ at every place within 2^24. */
function content(length: number, seed = 0): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = (i * 31 + (i >> 8) * 7 + (i >> 16) * 13 + seed) & 0xff;
  return bytes;
}

function put(length: number, seed = 0): Uint8Array {
  const bytes = content(length, seed);
  server.set("/bucket/object", bytes);
  return bytes;
}

const equal = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

/** Cuts the first `times` bodies after so many bytes, although their length was announced. */
function cutBodies(after: number, times: number): void {
  let cuts = 0;
  server.tamper = (request, response) => {
    if (request.method !== "GET" || cuts++ >= times) return false;
    const { write, end } = response;
    response.end = ((bytes?: Uint8Array) => {
      write.call(response, Buffer.from(bytes ?? []).subarray(0, after), "utf8", () => response.destroy());
      return response;
    }) as ServerResponse["end"];
    void end;
    return false;
  };
}

const readings: readonly (readonly [name: string, read: (range: ByteRange) => Promise<Uint8Array>])[] = [
  ["read", (range) => storage.read(URL_, { range })],
  ["readRanges", async (range) => (await storage.readRanges(URL_, [range]))[0]!],
  ["stream", (range) => collect(storage.stream(URL_, { range }))],
];

describe("a body that breaks off", () => {
  test.each(readings)("is taken up where it stopped: %s of a range", async (_name, read) => {
    const bytes = put(300_000);
    cutBodies(70_000, 3);
    expect(equal(await read({ offset: 1000, length: 250_000 }), bytes.subarray(1000, 251_000))).toBe(true);
    const { etag } = server.objects.get("/bucket/object")!;
    const asked = server.log.map((line) => line.split(" ").slice(2).join(" "));
    expect(asked[0]).toBe("bytes=1000-250999");
    expect(asked).toHaveLength(4);
    for (const line of asked.slice(1)) expect(line).toMatch(/^bytes=\d+-250999 "/);
    expect(asked[1]).toContain(etag);
    // Nothing that has come is asked for again.
    const starts = asked.map((line) => Number(/=(\d+)/.exec(line)![1]));
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
    expect(starts[1]!).toBeGreaterThan(1000);
  });

  test("is taken up where it stopped: a whole object", async () => {
    const bytes = put(300_000);
    cutBodies(70_000, 3);
    expect(equal(await storage.read(URL_), bytes)).toBe(true);
    cutBodies(70_000, 3);
    expect(equal(await collect(storage.stream(URL_)), bytes)).toBe(true);
  });

  test("again and again ends in an error, after so many requests", async () => {
    put(300_000);
    cutBodies(0, 1000);
    for (const [name, read] of readings) {
      server.log.length = 0;
      await expect(read({ offset: 0, length: 250_000 }), name).rejects.toMatchObject({
        code: "STORAGE_FAILED",
        path: URL_,
        message: expect.stringMatching(/broke off again and again/),
      });
      expect(server.log.length).toBeLessThan(30);
    }
  });

  test("is not completed from another object", async () => {
    for (const [name, read] of readings) {
      put(300_000);
      let answers = 0;
      cutBodies(70_000, 1);
      const cut = server.tamper;
      server.tamper = (request, response, self) => {
        if (answers++ > 0) put(300_000, 5);
        return cut(request, response, self);
      };
      await expect(read({ offset: 0, length: 250_000 }), name).rejects.toMatchObject({ code: "FILE_CHANGED" });
    }
  });

  test("is not completed from another object where the store does not heed If-Match either", async () => {
    put(300_000);
    let answers = 0;
    cutBodies(70_000, 1);
    const cut = server.tamper;
    server.tamper = (request, response, self) => {
      delete request.headers["if-match"];
      if (answers++ > 0) put(300_000, 5);
      return cut(request, response, self);
    };
    await expect(storage.read(URL_)).rejects.toMatchObject({ code: "FILE_CHANGED" });
  });
});

describe("an answer that is not what was asked for", () => {
  const range = { offset: 100, length: 50 };
  const say = (status: number, headers: Record<string, string>, body: string) => {
    server.tamper = (_request, response) => {
      response.writeHead(status, headers).end(body);
      return true;
    };
  };
  const part = (text: string, length = 50) =>
    say(206, { etag: '"e"', "content-range": text, "content-length": String(length) }, "x".repeat(length));

  test.each([
    ["other bytes", () => part("bytes 0-49/1000")],
    ["fewer bytes", () => part("bytes 100-148/1000", 49)],
    ["more bytes", () => part("bytes 100-150/1000", 51)],
    ["a length that contradicts the range", () => part("bytes 100-149/1000", 49)],
    ["no Content-Range", () => say(206, { etag: '"e"' }, "x".repeat(50))],
    ["nonsense in Content-Range", () => part("bytes 149-100/1000")],
    ["another unit", () => part("lines 100-149/1000")],
    ["a whole object of unknown length", () => say(200, { "transfer-encoding": "chunked" }, "x".repeat(1000))],
    [
      "more than Content-Range says, without a length",
      () => say(206, { "content-range": "bytes 100-149/1000", "transfer-encoding": "chunked" }, "x".repeat(60)),
    ],
    ["another success", () => say(204, {}, "")],
  ])("is an error: %s", async (_name, answer) => {
    answer();
    for (const [name, read] of readings) {
      await expect(read(range), name).rejects.toMatchObject({ code: "STORAGE_FAILED", path: URL_ });
    }
  });

  test("is cut right where it is the whole object", async () => {
    const bytes = put(200_000);
    server.tamper = (request) => {
      delete request.headers.range;
      return false;
    };
    for (const [name, read] of readings) {
      for (const [offset, length] of [
        [0, 10],
        [100, 50],
        [199_000, 1000],
        [5, 150_000],
      ] as const) {
        expect(equal(await read({ offset, length }), bytes.subarray(offset, offset + length)), name).toBe(true);
      }
      await expect(read({ offset: 199_000, length: 1001 }), name).rejects.toMatchObject({ code: "FILE_CHANGED" });
    }
  });

  test("is asked for again where it says 416 of an object that is long enough, and is an error then", async () => {
    say(416, { "content-range": "bytes */1000" }, "");
    await expect(storage.read(URL_, { range })).rejects.toMatchObject({ code: "FILE_CHANGED" });
  });
});

describe("ranges", () => {
  test("near each other come in one request, far ones in several, side by side", async () => {
    const bytes = put(12 * MIB);
    const far = 11 * MIB;
    const ranges = [
      { offset: far, length: 10 },
      { offset: 0, length: 10 },
      { offset: 2000, length: 10 },
    ];
    const parts = await storage.readRanges(URL_, ranges);
    for (const [i, { offset, length }] of ranges.entries()) {
      expect(equal(parts[i]!, bytes.subarray(offset, offset + length))).toBe(true);
    }
    expect(server.log.sort()).toEqual([
      `GET /bucket/object bytes=0-2009`,
      `GET /bucket/object bytes=${far}-${far + 9}`,
    ]);
  });

  test("that are long come in parts, side by side, and right", async () => {
    const size = 70 * MIB;
    const bytes = put(size);
    const waiting: (() => void)[] = [];
    let held = true;
    server.tamper = (request, response, self) => {
      if (!held) return false;
      waiting.push(() => self.answer(request, response));
      // Several are asked for before one is answered.
      if (waiting.length === 3) {
        held = false;
        for (const answer of waiting.splice(0)) answer();
      }
      return true;
    };
    const read = await storage.read(URL_, { range: { offset: 3, length: size - 5 } });
    expect(equal(read, bytes.subarray(3, size - 2))).toBe(true);
    expect(held).toBe(false);
    expect(server.log.length).toBeLessThan(12);
  });

  test("of an object that is replaced between two requests are an error, not a mixture", async () => {
    put(12 * MIB);
    let answers = 0;
    server.tamper = () => {
      if (answers++ === 1) put(12 * MIB, 9);
      return false;
    };
    const far = [
      { offset: 0, length: 10 },
      { offset: 11 * MIB, length: 10 },
    ];
    await expect(storage.readRanges(URL_, far)).rejects.toMatchObject({ code: "FILE_CHANGED", path: URL_ });
  });

  test("of absurd length take no memory and few requests", async () => {
    put(1000);
    for (const length of [2 ** 40, 2 ** 52]) {
      server.log.length = 0;
      await expect(storage.read(URL_, { range: { offset: 0, length } })).rejects.toMatchObject({
        code: "FILE_CHANGED",
      });
      expect(server.log.length).toBeLessThan(70);
    }
  });

  test("without bytes ask whether the object is there and is the right one", async () => {
    put(10);
    const empty = [{ offset: 10, length: 0 }];
    expect(await storage.readRanges(URL_, empty)).toEqual([new Uint8Array(0)]);
    await expect(storage.readRanges(URL_, empty, { ifMatch: '"other"' })).rejects.toMatchObject({
      code: "FILE_CHANGED",
    });
    await expect(storage.readRanges(URL_, [{ offset: 11, length: 0 }])).rejects.toMatchObject({ code: "FILE_CHANGED" });
    await expect(storage.readRanges("plain:///bucket/none", empty)).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
    expect(new Set(server.log.map((line) => line.split(" ")[0]))).toEqual(new Set(["HEAD"]));
  });
});

describe("a stream", () => {
  test("holds the server back while its reader is busy, and closes its socket when left", async () => {
    put(32 * MIB);
    let sent = 0;
    server.tamper = (_request, response) => {
      const { write } = response.socket!;
      response.socket!.write = ((...args: Parameters<typeof write>) => {
        sent += (args[0] as Buffer).length;
        return write.apply(response.socket!, args);
      }) as typeof write;
      const bytes = server.objects.get("/bucket/object")!.bytes;
      response.writeHead(200, { "content-length": bytes.length, etag: '"e"' });
      let at = 0;
      const more = () => {
        while (at < bytes.length) {
          const piece = bytes.subarray(at, at + 64 * 1024);
          at += piece.length;
          if (!response.write(piece)) {
            response.once("drain", more);
            return;
          }
        }
        response.end();
      };
      more();
      return true;
    };
    for await (const _ of storage.stream(URL_)) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      break;
    }
    expect(sent).toBeLessThan(24 * MIB);
    await expect.poll(() => server.connections()).toBe(0);
  });
});

describe("a stream whose reader waits for another read", () => {
  test("keeps no place in the limits, and goes on where it was", async () => {
    const bytes = put(2 * MIB);
    const narrow = impatientClient({ requests: 1 });
    const store = objectStorage(plainService(server), narrow);
    const pieces: Uint8Array[] = [];
    let reads = 0;
    for await (const piece of store.stream(URL_)) {
      pieces.push(piece);
      if (reads++ > 0) continue;
      expect(equal(await store.read(URL_, { range: { offset: 5, length: 5 } }), bytes.subarray(5, 10))).toBe(true);
    }
    expect(equal(Buffer.concat(pieces), bytes)).toBe(true);
    expect(server.log).toHaveLength(3);
    expect(server.log[2]).toMatch(/bytes=\d+-2097151 "/);
    await narrow.close();
  });

  test("counts as no more bytes than wait for it", async () => {
    put(2 * MIB);
    const narrow = impatientClient({ bytesInFlight: MIB });
    const store = objectStorage(plainService(server), narrow);
    // No reader is too slow, then: the other read waits for nothing that the stream would have to give back.
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    for await (const _ of store.stream(URL_)) {
      await store.read(URL_, { range: { offset: 5, length: 5 } });
      break;
    }
    expect(server.log).toHaveLength(2);
    await narrow.close();
  });
});

describe("what fails", () => {
  test.each([
    [403, "ACCESS_DENIED", 1],
    [404, "FILE_NOT_FOUND", 1],
    [412, "FILE_CHANGED", 1],
    [429, "STORAGE_FAILED", 4],
    [500, "STORAGE_FAILED", 4],
    [418, "STORAGE_FAILED", 1],
  ] as const)("by status %i is %s after %i attempts, and says of what", async (status, code, attempts) => {
    server.tamper = (_request, response) => {
      response.writeHead(status).end("because");
      return true;
    };
    for (const [name, read] of readings) {
      server.log.length = 0;
      const error = await read({ offset: 0, length: 5 }).catch((error: unknown) => error);
      expect(error, name).toMatchObject({ code, path: URL_ });
      expect((error as Error).message).toMatch(
        new RegExp(`^Reading ${URL_}: the plain store answered ${status} \\(because\\)`),
      );
      if (attempts > 1) expect((error as Error).message).toContain(`after ${attempts} attempts`);
      expect(server.log).toHaveLength(attempts);
    }
    if (status !== 404) await expect(storage.head(URL_)).rejects.toMatchObject({ code });
  });

  test("says that nobody is there", async () => {
    const objectUrl = () => "http://127.0.0.1:1/object";
    const nowhere = objectStorage(plainService(server, { objectUrl }), client);
    const error = await nowhere.read(URL_).catch((error: unknown) => error);
    expect(error).toMatchObject({ code: "STORAGE_FAILED", message: expect.stringMatching(/check the `endpoint`/) });
  });

  test("in one part stops the others", async () => {
    put(40 * MIB);
    const held: ServerResponse[] = [];
    server.tamper = (request, response) => {
      if (/bytes=0-/.test(request.headers.range!)) {
        setTimeout(() => response.writeHead(403).end(), 30);
      } else held.push(response);
      return true;
    };
    const far = Array.from({ length: 5 }, (_, i) => ({ offset: i * 8 * MIB, length: 10 }));
    await expect(storage.readRanges(URL_, far)).rejects.toMatchObject({ code: "ACCESS_DENIED" });
    expect(held).toHaveLength(4);
    await expect.poll(() => held.every((response) => response.destroyed || response.socket?.destroyed)).toBe(true);
  });
});

describe("a signal", () => {
  test("that aborts closes the sockets, whatever was under way", async () => {
    put(4 * MIB);
    server.tamper = () => true;
    const calls: readonly ((signal: AbortSignal) => Promise<unknown>)[] = [
      (signal) => storage.read(URL_, { signal }),
      (signal) => storage.readRanges(URL_, [{ offset: 0, length: 5 }], { signal }),
      (signal) =>
        storage.readRanges(
          URL_,
          [0, 1].map((i) => ({ offset: i * 12 * MIB, length: 5 })),
          { signal },
        ),
      (signal) => collect(storage.stream(URL_, { signal })),
      (signal) => storage.head(URL_, { signal }),
      (signal) => storage.put(URL_, new Uint8Array(5), { mode: "create", signal }),
      (signal) => storage.put(URL_, new Uint8Array(5), { mode: "overwrite", signal }),
      (signal) => storage.delete(URL_, { signal }),
      async (signal) => {
        for await (const _ of storage.list("plain:///bucket/", { signal }));
      },
    ];
    for (const call of calls) {
      const before = server.log.length;
      const controller = new AbortController();
      const reason = new Error("enough");
      const result = call(controller.signal).catch((error: unknown) => error);
      await expect.poll(() => server.log.length, { interval: 5 }).toBeGreaterThan(before);
      // The probe of a create is deleted even then.
      server.tamper = (request) => request.method !== "DELETE";
      controller.abort(reason);
      const error = await result;
      expect(isDeltaError(error, "ABORTED") && error.cause === reason, String(call)).toBe(true);
      await expect.poll(() => server.connections(), { interval: 5 }).toBeLessThan(2);
      server.tamper = () => true;
    }
  });
});
