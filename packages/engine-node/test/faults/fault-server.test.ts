/** The fault server fails as it says: each fault as a plain client of `node:http` sees it, and as the log tells it. */
import { Agent, type IncomingMessage, request } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Fault, join, rawHead, say, shortened, shortenedChunked, shortenedToEnd } from "./fault.js";
import { FaultServer } from "./fault-server.js";
import { httpUpstream } from "./http-upstream.js";
import { S3Objects } from "./s3-objects.js";

const BYTES = Buffer.from(Array.from({ length: 200 }, (_, i) => i));

interface Seen {
  readonly status?: number;
  readonly headers?: IncomingMessage["headers"];
  readonly body?: Buffer;
  /** The code of the error in which it ended. */
  readonly error?: string;
}

async function started(fault?: Fault): Promise<{ server: FaultServer; objects: S3Objects }> {
  const objects = new S3Objects();
  objects.put("lake/dir/a b.bin", BYTES);
  const server = await FaultServer.start(objects.answer);
  onTestFinished(() => server.stop());
  server.plan = () => fault;
  return { server, objects };
}

function ask(
  server: FaultServer,
  target: string,
  { headers = {}, method = "GET", body, agent, giveUpMs }: AskOptions = {},
): Promise<Seen> {
  return new Promise((resolve) => {
    let hasHead = false;
    const asked = request(server.origin + target, { method, headers, agent: agent ?? new Agent() }, async (answer) => {
      hasHead = true;
      const parts: Buffer[] = [];
      const seen = { status: answer.statusCode!, headers: answer.headers };
      try {
        for await (const part of answer) parts.push(part as Buffer);
        resolve({ ...seen, body: Buffer.concat(parts) });
      } catch (error) {
        resolve({ ...seen, body: Buffer.concat(parts), error: (error as NodeJS.ErrnoException).code! });
      }
    });
    // With a head there, the body tells how it ended.
    asked.on("error", (error: NodeJS.ErrnoException) => hasHead || resolve({ error: error.code! }));
    asked.end(body);
    if (giveUpMs !== undefined) setTimeout(() => asked.destroy(), giveUpMs);
  });
}

interface AskOptions {
  readonly headers?: Record<string, string>;
  readonly method?: string;
  readonly body?: string;
  readonly agent?: Agent;
  readonly giveUpMs?: number;
}

const OBJECT = "/lake/dir/a%20b.bin";

describe("a fault", () => {
  const range = { headers: { range: "bytes=50-149" } };
  it.each<[string, Fault, Partial<Seen>, string]>([
    ["reset", { kind: "reset" }, { error: "ECONNRESET" }, "cut"],
    [
      "cut by its end",
      { kind: "cut", after: 30, by: "end" },
      { status: 206, body: BYTES.subarray(50, 80), error: "ECONNRESET" },
      "cut",
    ],
    ["cut by a reset", { kind: "cut", after: 30, by: "reset" }, { status: 206, error: "ECONNRESET" }, "cut"],
    ["a short body, well framed", shortened(10, "as it was"), { status: 206, body: BYTES.subarray(50, 140) }, "whole"],
    ["a short body in chunks", shortenedChunked(10), { status: 206, body: BYTES.subarray(50, 140) }, "whole"],
    ["a short body to the connection's end", shortenedToEnd(10), { status: 206, body: BYTES.subarray(50, 140) }, "cut"],
    ["another answer", say(503, "no"), { status: 503, body: Buffer.from("no") }, "whole"],
    ["no HTTP", { kind: "raw", by: "end", bytes: () => "SSH-2.0-x\r\n" }, { error: "HPE_INVALID_CONSTANT" }, "cut"],
    ["drip", { kind: "drip", bytes: 40, ms: 1 }, { status: 206, body: BYTES.subarray(50, 150) }, "whole"],
    ["hang up", { kind: "hang up", announced: false }, { status: 206, body: BYTES.subarray(50, 150) }, "whole"],
    [
      "a late first byte",
      { kind: "stall", after: "nothing", ms: 5 },
      { status: 206, body: BYTES.subarray(50, 150) },
      "whole",
    ],
    ["a late tenth byte", { kind: "stall", after: 10, ms: 5 }, { status: 206, body: BYTES.subarray(50, 150) }, "whole"],
    // A reset may overtake what was sent before it.
  ])("%s", { retry: 3 }, async (_, fault, expected, outcome) => {
    const { server } = await started(fault);
    const seen = await ask(server, OBJECT, range);
    expect(seen).toMatchObject(expected);
    expect(server.log.requests).toMatchObject([{ method: "GET", key: "lake/dir/a b.bin", kind: "other", outcome }]);
    expect(server.log.running).toBe(0);
  });

  it("stall leaves a request to be aborted by its client, as the log says", async () => {
    const { server } = await started({ kind: "stall", after: 10 });
    expect(await ask(server, OBJECT, { giveUpMs: 50 })).toMatchObject({ error: "ECONNRESET" });
    await expect.poll(() => server.log.requests[0]!.outcome).toBe("aborted");
    expect(server.log.requests[0]).toMatchObject({ sent: { offset: 0, length: 10 }, status: 200 });
    await expect.poll(() => server.openSockets).toBe(0);
  });

  it("of a server that restarts", async () => {
    const { server } = await started();
    await server.stop();
    expect(await ask(server, OBJECT)).toEqual({ error: "ECONNREFUSED" });
    await server.resume();
    expect(await ask(server, OBJECT)).toMatchObject({ status: 200, body: BYTES });
  });
});

describe("objects in memory", () => {
  it("are got whole, in ranges and under conditions", async () => {
    const { server } = await started();
    const whole = await ask(server, OBJECT);
    const etag = whole.headers!.etag!;
    expect(whole).toMatchObject({ status: 200, body: BYTES });
    const of = (headers: Record<string, string>) => ask(server, OBJECT, { headers });
    expect(await of({ range: "bytes=190-400" })).toMatchObject({
      status: 206,
      body: BYTES.subarray(190),
      headers: { "content-range": "bytes 190-199/200" },
    });
    expect(await of({ range: "bytes=-5" })).toMatchObject({ status: 206, body: BYTES.subarray(195) });
    expect(await of({ range: "bytes=200-" })).toMatchObject({ status: 416 });
    expect(await of({ "if-match": etag })).toMatchObject({ status: 200 });
    expect(await of({ "if-match": '"other"' })).toMatchObject({ status: 412 });
    expect(await ask(server, OBJECT, { method: "HEAD" })).toMatchObject({ status: 200, body: Buffer.alloc(0) });
    expect(await ask(server, "/lake/none")).toMatchObject({ status: 404 });
  });

  it("are created once", async () => {
    const { server, objects } = await started();
    const put = { method: "PUT", body: "one", headers: { "if-none-match": "*" } };
    expect(await ask(server, "/lake/new", put)).toMatchObject({ status: 200 });
    expect(await ask(server, "/lake/new", { ...put, body: "two" })).toMatchObject({ status: 412 });
    expect(Buffer.from(objects.get("lake/new")!).toString()).toBe("one");
  });

  it("are listed in pages, with groups of what lies deeper", async () => {
    const { server, objects } = await started();
    for (const name of ["a", "b/1", "b/2", "c d", "é"]) objects.put(`lake/l/${name}`, BYTES);
    objects.pageSize = 2;
    const page = async (more: string) => {
      const query = `list-type=2&prefix=l/&delimiter=/&encoding-type=url&${more}`;
      const text = (await ask(server, `/lake?${query}`)).body!.toString();
      const all = (tag: string) => [...text.matchAll(new RegExp(`<${tag}>([^<]*)</${tag}>`, "g"))].map((m) => m[1]);
      return { keys: all("Key"), groups: all("Prefix").slice(1), token: all("NextContinuationToken")[0] };
    };
    const first = await page("");
    expect(first).toEqual({ keys: ["l/a"], groups: ["l/b/"], token: expect.any(String) });
    const second = await page(`continuation-token=${first.token}`);
    expect(second).toEqual({ keys: ["l/c+d", "l/%C3%A9"], groups: [], token: undefined });
    expect(await page("start-after=l/b/")).toEqual({ ...second });
    expect(server.log.requests.map(({ kind }) => kind)).toEqual(["list", "list", "list"]);
  });
});

describe("a server before another", () => {
  it("passes on what is asked and said", async () => {
    const { server: inner } = await started();
    const upstream = httpUpstream(inner.origin);
    const outer = await FaultServer.start(upstream);
    onTestFinished(async () => {
      await outer.stop();
      upstream.close();
    });
    const seen = await ask(outer, OBJECT, { headers: { range: "bytes=5-9", "x-amz-meta": "é" } });
    expect(seen).toMatchObject({ status: 206, body: BYTES.subarray(5, 10) });
    expect(inner.log.requests[0]!.headers).toMatchObject({ host: new URL(outer.origin).host, range: "bytes=5-9" });
  });
});

describe("the log", () => {
  it("counts rounds and requests under way by what waited for what", async () => {
    const { server } = await started();
    server.latencyMs = 20;
    await Promise.all([ask(server, OBJECT), ask(server, "/lake/none")]);
    await ask(server, OBJECT);
    expect(server.log.requests.map(({ round, inFlight, attempt }) => [round, inFlight, attempt])).toEqual([
      [1, 1, 0],
      [1, 2, 0],
      [2, 1, 1],
    ]);
    expect([server.log.rounds, server.log.peak, server.log.bytes]).toEqual([2, 2, 400]);
    expect(server.connections).toBe(3);
  });
});

it("a raw head may say what node:http would not", () => {
  const answer = { status: 200, headers: { etag: "x" }, body: BYTES };
  expect(Buffer.from(join([rawHead(answer, ["Content-Length: 1", "Content-Length: 2"])])).toString()).toBe(
    "HTTP/1.1 200 Whatever\r\netag: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
  );
});
