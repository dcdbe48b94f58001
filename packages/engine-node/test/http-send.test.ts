import { gzipSync } from "node:zlib";
import { isDeltaError } from "@asyncdelta/kernel-core";
import { describe, expect, test } from "vitest";
import { httpClient } from "../src/http/http-client.js";
import type { HttpClientOptions } from "../src/http/http-options.js";
import { cleanups } from "./http/cleanups.js";
import { setUp } from "./http/set-up.js";
import { call } from "./http/test-call.js";
import { serveRaw, until } from "./http/test-server.js";

describe("what is sent", () => {
  test("path and query byte for byte, without the fragment", async () => {
    const { server, client } = await setUp((_request, response) => response.end("ok"));
    const targets = [
      "/a%2fb/../c%20d/./e;f",
      "//double//slash",
      "/x?list-type=2&prefix=a%2Fb+c&sig=%2B=&&",
      "/?",
      "/'()*!~",
    ];
    for (const target of targets) await (await client.send(call(`${server.origin}${target}#part`))).bytes();
    await (await client.send(call(`${server.origin}?acl`))).bytes();
    expect(server.seen.map((request) => request.target)).toEqual([...targets, "/?acl"]);
  });

  test("method, headers and body, with a length and no other framing", async () => {
    let received: Uint8Array = new Uint8Array();
    const { server, client } = await setUp((_request, response, _index, body) => {
      received = body;
      response.writeHead(201, { etag: '"1"' }).end();
    });
    const body = new Uint8Array([9, 1, 2, 3, 9]).subarray(1, 4);
    const request = { method: "PUT", headers: { "x-one": "1", "if-none-match": "*" }, body } as const;
    const response = await client.send(call(`${server.origin}/new`, { request }));
    expect(response).toMatchObject({ status: 201, headers: { etag: '"1"' }, url: `${server.origin}/new` });
    expect([...received]).toEqual([1, 2, 3]);
    expect(server.seen[0]).toMatchObject({
      method: "PUT",
      headers: { "x-one": "1", "if-none-match": "*", "content-length": "3", "user-agent": "asyncdelta" },
    });
    expect(server.seen[0]!.headers["transfer-encoding"]).toBeUndefined();
  });

  test("an empty body as length 0", async () => {
    const { server, client } = await setUp((_request, response) => response.end());
    const request = { method: "PUT", body: new Uint8Array(0) } as const;
    await (await client.send(call(`${server.origin}/empty`, { request }))).bytes();
    expect(server.seen[0]!.headers["content-length"]).toBe("0");
  });

  test("the caller's user agent, or the request's own", async () => {
    const { server, client } = await setUp((_request, response) => response.end(), { userAgent: "mine/1" });
    await (await client.send(call(server.origin))).bytes();
    await (await client.send(call(server.origin, { request: { headers: { "user-agent": "own" } } }))).bytes();
    expect(server.seen.map((request) => request.headers["user-agent"])).toEqual(["mine/1", "own"]);
  });

  test.each(["ftp://host/x", "/x", "http://user:secret@host/x", "https://", "http://a b/"])(
    "not to %s",
    async (url) => {
      const { client } = await setUp((_request, response) => response.end());
      const error = await client.send(call(url)).catch((thrown: unknown) => thrown);
      expect(isDeltaError(error, "INVALID_ARGUMENT")).toBe(true);
      expect(String(error)).not.toContain("secret");
    },
  );
});

describe("what comes back", () => {
  test("bytes as they came: nothing is decompressed", async () => {
    const zipped = gzipSync("hello");
    const { server, client } = await setUp((_request, response) =>
      response.writeHead(200, { "content-encoding": "gzip" }).end(zipped),
    );
    expect(Buffer.from(await (await client.send(call(server.origin))).bytes())).toEqual(zipped);
  });

  test("a redirect as a refusal, with what the store hints at", async () => {
    const { server, client } = await setUp((_request, response) =>
      response.writeHead(307, { location: "http://127.0.0.1:1/x?sig=secret" }).end("elsewhere"),
    );
    const classify = () => ({ kind: "failed", hint: "eu-west-1" }) as const;
    const error = client.send(call(server.origin, { classify }));
    await expect(error).rejects.toMatchObject({ name: "HttpRefusal", status: 307, refusal: { hint: "eu-west-1" } });
    await expect(error).rejects.toMatchObject({ headers: { location: "http://127.0.0.1:1/x" }, attempts: 1 });
    expect(server.seen).toHaveLength(1);
  });

  test("repeated headers joined, names in lower case", async () => {
    const { server, client } = await setUp((_request, response) =>
      response
        .writeHead(
          200,
          [
            ["X-Two", "a"],
            ["x-two", "b"],
            ["ETag", "e"],
          ].flat(),
        )
        .end(),
    );
    expect((await client.send(call(server.origin))).headers).toMatchObject({ "x-two": "a, b", etag: "e" });
  });

  test("what `accepts` takes, as an answer and not a refusal", async () => {
    const { server, client } = await setUp((_request, response) => response.writeHead(404).end("none"));
    const response = await client.send(call(server.origin, { accepts: (status) => status === 404 }));
    expect([response.status, Buffer.from(await response.bytes()).toString()]).toEqual([404, "none"]);
  });

  test("no body for HEAD, whose length is that of the object", async () => {
    const { server, client } = await setUp((_request, response) =>
      response.writeHead(200, { "content-length": "123" }).end(),
    );
    for (let round = 0; round < 3; round++) {
      const response = await client.send(call(server.origin, { request: { method: "HEAD" } }));
      expect(response.headers["content-length"]).toBe("123");
      expect(await response.bytes()).toHaveLength(0);
    }
    expect(server.sockets).toHaveLength(1);
  });

  test("an informational answer is not the answer", async () => {
    const server = await serveRaw((socket) =>
      socket.on("data", () => {
        socket.write("HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n");
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi");
      }),
    );
    const client = httpClient();
    cleanups.push(server.close, client.close);
    const response = await client.send(call(server.origin));
    expect([response.status, Buffer.from(await response.bytes()).toString()]).toEqual([200, "hi"]);
  });
});

describe("sockets", () => {
  test("one serves all requests that follow one another", async () => {
    const { server, client } = await setUp((_request, response) => response.end("x".repeat(70_000)));
    for (let round = 0; round < 20; round++) await (await client.send(call(server.origin))).bytes();
    expect([server.seen.length, server.sockets.length]).toEqual([20, 1]);
  });

  test("as many as there are requests at once, and then the same again", async () => {
    const { server, client } = await setUp((_request, response) => setTimeout(() => response.end("x"), 5));
    const round = () =>
      Promise.all(Array.from({ length: 10 }, async () => (await client.send(call(server.origin))).bytes()));
    await round();
    await round();
    await round();
    expect([server.seen.length, server.sockets.length]).toEqual([30, 10]);
  });

  test("that the server closes after each answer leave nothing behind", async () => {
    const server = await serveRaw((socket) =>
      socket.on("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi")),
    );
    const client = httpClient();
    cleanups.push(server.close, client.close);
    for (let round = 0; round < 20; round++) await (await client.send(call(server.origin))).bytes();
    expect(server.sockets.length).toBe(20);
    await client.close();
    await until(() => server.open.size === 0);
  });

  test("are measured: time to the first byte and rate", async () => {
    const body = Buffer.alloc(1 << 20);
    const { server, client } = await setUp((_request, response) => setTimeout(() => response.end(body), 20));
    expect(client.measured(server.origin)).toEqual({ firstByteMs: 30, bytesPerMs: 50_000 });
    for (let round = 0; round < 3; round++) await (await client.send(call(server.origin))).bytes();
    const { firstByteMs, bytesPerMs } = client.measured(server.origin);
    expect(firstByteMs).toBeGreaterThan(15);
    expect(bytesPerMs).toBeGreaterThan(100);
    expect(bytesPerMs).not.toBe(50_000);
    expect(client.measured("https://elsewhere.example")).toEqual({ firstByteMs: 30, bytesPerMs: 50_000 });
  });
});

test("options are checked at once", () => {
  const wrong: HttpClientOptions[] = [{ requests: 0 }, { connectMs: -1 }, { retries: 1.5 }, { proxy: "nonsense" }];
  for (const options of wrong) expect(() => httpClient(options)).toThrow(/must be/);
  expect(() => httpClient({ proxy: "socks://user:secret@host" })).toThrow(/^proxy must be an http: or https: URL\.$/);
});
