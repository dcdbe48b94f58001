import { createReadStream, promises as fs } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { join, normalize } from "node:path";

/** Answers a request otherwise; `true` when it did. */
export type Otherwise = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Files of a folder behind HTTP, as any web server gives them: GET and HEAD with ranges, no listing. */
export class StaticServer {
  /** `GET /path`, in the order of coming. */
  readonly log: string[] = [];
  readonly requests: IncomingMessage[] = [];
  otherwise: Otherwise = () => false;
  readonly #server: Server;
  readonly #scheme: string;

  private constructor(folder: string, tls: ServerOptions | undefined) {
    const handle = (request: IncomingMessage, response: ServerResponse) => {
      this.log.push(`${request.method} ${request.url}`);
      this.requests.push(request);
      if (!this.otherwise(request, response)) void serve(folder, request, response);
    };
    this.#server = tls === undefined ? createServer(handle) : createSecureServer(tls, handle);
    this.#scheme = tls === undefined ? "http" : "https";
  }

  static async start(folder: string, tls?: ServerOptions): Promise<StaticServer> {
    const server = new StaticServer(folder, tls);
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get origin(): string {
    return `${this.#scheme}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

async function serve(folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url!, "http://x");
  const path = join(folder, normalize(decodeURIComponent(pathname)));
  const stats = await fs.stat(path).catch(() => undefined);
  if (stats === undefined || !stats.isFile()) {
    response.writeHead(404).end("not found");
    return;
  }
  const headers = { "last-modified": stats.mtime.toUTCString(), etag: `"${stats.ino}-${stats.size}-${stats.mtimeMs}"` };
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
  if (request.headers["if-match"] !== undefined && request.headers["if-match"] !== headers.etag) {
    response.writeHead(412).end();
  } else if (range === null || request.method === "HEAD") {
    response.writeHead(200, { ...headers, "content-length": stats.size });
    if (request.method === "HEAD" || stats.size === 0) response.end();
    else createReadStream(path).pipe(response);
  } else {
    const start = Number(range[1]);
    const end = range[2] === "" ? stats.size : Math.min(Number(range[2]) + 1, stats.size);
    if (start >= stats.size) {
      response.writeHead(416, { "content-range": `bytes */${stats.size}` }).end();
      return;
    }
    const part = { "content-length": end - start, "content-range": `bytes ${start}-${end - 1}/${stats.size}` };
    response.writeHead(206, { ...headers, ...part });
    createReadStream(path, { start, end: end - 1 }).pipe(response);
  }
}
