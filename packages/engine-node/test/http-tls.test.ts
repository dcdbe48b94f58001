import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { buildConnector, Client } from "undici";
import { describe, expect, test } from "vitest";
import { httpClient } from "../src/http/http-client.js";
import type { HttpClientOptions } from "../src/http/http-options.js";
import { loadUndici } from "../src/http/load-undici.js";
import { cleanups } from "./http/cleanups.js";
import { certificate } from "./http/localhost-certificate.js";
import { call, notingClock } from "./http/test-call.js";
import { serve, serveRaw, type TestServer, until } from "./http/test-server.js";

const { cert, key } = certificate;

async function secureServer(): Promise<TestServer> {
  const server = await serve((request, response) => response.end(`secure ${request.url}`), { cert, key });
  cleanups.push(server.close);
  return server;
}

async function get(url: string, options: HttpClientOptions): Promise<string> {
  const client = httpClient({ clock: notingClock(), ...options });
  cleanups.push(client.close);
  return Buffer.from(await (await client.send(call(url))).bytes()).toString();
}

describe("over TLS", () => {
  test("a certificate that nobody vouches for ends the call at once", async () => {
    const server = await secureServer();
    await expect(get(server.origin, {})).rejects.toMatchObject({ name: "HttpFailure", kind: "tls", attempts: 1 });
    expect(server.seen).toHaveLength(0);
  });

  test("one of an authority that is trusted is taken", async () => {
    const server = await secureServer();
    expect(await get(`${server.origin}/a`, { ca: cert })).toBe("secure /a");
    expect(await get(`${server.origin}/b`, { ca: [cert] })).toBe("secure /b");
  });

  test("one for another name ends the call at once", async () => {
    const server = await secureServer();
    const client = httpClient({ ca: cert });
    cleanups.push(client.close);
    const request = { headers: { host: "bucket.example" } };
    await expect(client.send(call(server.origin, { request }))).rejects.toMatchObject({ kind: "tls", attempts: 1 });
    expect(server.seen).toHaveLength(0);
  });

  test("any is taken where that is asked for", async () => {
    const server = await secureServer();
    expect(await get(`${server.origin}/any`, { rejectUnauthorized: false })).toBe("secure /any");
  });

  test("plain HTTP on the other side ends the call at once", async () => {
    const server = await serve((_request, response) => response.end());
    cleanups.push(server.close);
    const url = server.origin.replace("http:", "https:");
    await expect(get(url, {})).rejects.toMatchObject({ kind: "tls", attempts: 1 });
  });
});

interface Proxy {
  readonly url: string;
  readonly asked: string[];
  readonly tunnels: Set<Socket>;
}

/** A proxy that tunnels where it is asked to, and answers for itself what it is asked for in plain. */
async function proxy(): Promise<Proxy> {
  const asked: string[] = [];
  const tunnels = new Set<Socket>();
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.host} ${request.headers["proxy-authorization"]}`);
    response.end("by proxy");
  });
  server.on("connect", (request, socket: Socket, head) => {
    asked.push(`CONNECT ${request.url} ${request.headers["proxy-authorization"]}`);
    const { hostname, port } = new URL(`http://${request.url}`);
    const upstream = connect(Number(port), hostname, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
    });
    tunnels.add(socket);
    for (const side of [socket, upstream]) {
      side.on("error", () => {});
      side.on("close", () => {
        tunnels.delete(socket);
        socket.destroy();
        upstream.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(async () => {
    for (const socket of tunnels) socket.destroy();
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://us%65r:pass@127.0.0.1:${(server.address() as AddressInfo).port}`, asked, tunnels };
}

describe("through a proxy", () => {
  const authorization = `Basic ${Buffer.from("user:pass").toString("base64")}`;

  test("TLS goes by a tunnel, which serves many requests", async () => {
    const server = await secureServer();
    const { url, asked, tunnels } = await proxy();
    const client = httpClient({ proxy: url, ca: cert });
    for (const path of ["/a", "/b?c"]) {
      const bytes = await (await client.send(call(server.origin + path))).bytes();
      expect(Buffer.from(bytes).toString()).toBe(`secure ${path}`);
    }
    expect(asked).toEqual([`CONNECT ${new URL(server.origin).host} ${authorization}`]);
    expect(server.seen[0]!.headers["proxy-authorization"]).toBeUndefined();
    await client.close();
    await until(() => tunnels.size === 0 && server.open.size === 0);
  });

  test("plain HTTP is asked of the proxy by whole URLs", async () => {
    const { url, asked } = await proxy();
    expect(await get("http://store.invalid:81/a%20b?c=%2F", { proxy: url })).toBe("by proxy");
    expect(asked).toEqual([`GET http://store.invalid:81/a%20b?c=%2F store.invalid:81 ${authorization}`]);
  });

  test("a tunnel that leads nowhere is given up with the call", async () => {
    const { url, tunnels } = await proxy();
    const silent = await serveRaw((socket) => socket.resume(), "https");
    cleanups.push(silent.close);
    const client = httpClient({ proxy: url, clock: notingClock(), connectMs: 60, retries: 1 });
    cleanups.push(client.close);
    await expect(client.send(call(silent.origin))).rejects.toMatchObject({ kind: "timeout", attempts: 2 });
    await until(() => tunnels.size === 0);
  });
});

test("the parts of undici that are loaded are the ones that it exports", async () => {
  expect(await loadUndici()).toEqual({ Client, buildConnector });
});
