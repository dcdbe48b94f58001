import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { compareNames } from "@asyncdelta/kernel-core";
import { systemClock } from "../dist/clock.js";
import type { HttpClient } from "../dist/http/http-call.js";
import { httpClient } from "../dist/http/http-client.js";
import type { HttpClientOptions } from "../dist/http/http-options.js";
import type { ListedPage, ObjectListing, ObjectService } from "../dist/object-store/object-service.js";

/** What is wrong with the answer to one request; `true` when it has been answered. */
export type Tamper = (request: IncomingMessage, response: ServerResponse, server: PlainObjects) => boolean;

export interface PlainObject {
  readonly bytes: Buffer;
  readonly etag: string;
  readonly modified: number;
}

/** A store of objects that speaks plain HTTP, with a listing in JSON, and does what a test wants it to do wrong. */
export class PlainObjects {
  readonly objects = new Map<string, PlainObject>();
  /** `GET /path bytes=0-9`, in the order of coming. */
  readonly log: string[] = [];
  pageSize = 1000;
  /** Sorts by UTF-16 units backwards where not. */
  isSorted = true;
  heedsIfAbsent = true;
  tamper: Tamper = () => false;
  readonly #server: Server = createServer((request, response) => this.#handle(request, response));

  static async start(): Promise<PlainObjects> {
    const objects = new PlainObjects();
    await new Promise<void>((resolve) => objects.#server.listen(0, "127.0.0.1", resolve));
    return objects;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Sockets open now. */
  connections(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
    });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  set(path: string, bytes: Uint8Array): void {
    const etag = `"${createHash("md5").update(bytes).digest("hex")}"`;
    this.objects.set(path, { bytes: Buffer.from(bytes), etag, modified: 1_700_000_000_000 });
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const { method, url = "", headers } = request;
    this.log.push([method, url, headers.range, headers["if-match"]].filter((part) => part !== undefined).join(" "));
    if (this.tamper(request, response, this)) return;
    this.answer(request, response);
  }

  /** As it should be. */
  answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url!, "http://x");
    const path = decodeURIComponent(pathname);
    if (request.method === "PUT") this.#put(path, request, response);
    else if (request.method === "DELETE") response.writeHead(this.objects.delete(path) ? 204 : 404).end();
    else if (searchParams.has("list")) this.#list(path, searchParams, response);
    else this.#get(path, request, response);
  }

  #put(path: string, request: IncomingMessage, response: ServerResponse): void {
    const pieces: Buffer[] = [];
    request.on("data", (piece) => pieces.push(piece));
    request.on("end", () => {
      const isConditional = request.headers["if-none-match"] === "*" && this.heedsIfAbsent;
      if (isConditional && this.objects.has(path)) {
        response.writeHead(412).end("there");
        return;
      }
      this.set(path, Buffer.concat(pieces));
      response.writeHead(200, { etag: this.objects.get(path)!.etag }).end();
    });
  }

  #get(path: string, { method, headers }: IncomingMessage, response: ServerResponse): void {
    const object = this.objects.get(path);
    if (object === undefined) {
      response.writeHead(404).end("nothing there");
      return;
    }
    const { bytes, etag, modified } = object;
    const common = { etag, "last-modified": new Date(modified).toUTCString() };
    if (headers["if-match"] !== undefined && headers["if-match"] !== etag) {
      response.writeHead(412).end();
      return;
    }
    const range = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? "");
    if (range === null || method === "HEAD") {
      response.writeHead(200, { ...common, "content-length": bytes.length });
      response.end(method === "HEAD" ? undefined : bytes);
      return;
    }
    const start = Number(range[1]);
    if (start >= bytes.length) {
      response.writeHead(416, { "content-range": `bytes */${bytes.length}` }).end();
      return;
    }
    const end = range[2] === "" ? bytes.length : Math.min(Number(range[2]) + 1, bytes.length);
    response.writeHead(206, {
      ...common,
      "content-length": end - start,
      "content-range": `bytes ${start}-${end - 1}/${bytes.length}`,
    });
    response.end(bytes.subarray(start, end));
  }

  #list(directory: string, parameters: URLSearchParams, response: ServerResponse): void {
    const after = parameters.get("after") ?? "";
    const names = [...this.objects.keys()]
      .filter((path) => path.startsWith(directory))
      .map((path) => path.slice(directory.length))
      .filter((name) => !name.includes("/"));
    if (this.isSorted) names.sort(compareNames);
    else names.sort().reverse();
    const wanted = this.isSorted ? names.filter((name) => compareNames(name, after) > 0) : names;
    const from = Number(parameters.get("token") ?? 0);
    const page = wanted.slice(from, from + this.pageSize);
    const objects = page.map((name) => {
      const { bytes, modified, etag } = this.objects.get(directory + name)!;
      return { name, size: bytes.length, lastModified: modified, etag };
    });
    const token = from + page.length < wanted.length ? { token: String(from + page.length) } : {};
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ objects, ...token }));
  }
}

/** What `objectStorage` has to know of such a store. Storage URLs are `plain:///path`. */
export function plainService(server: PlainObjects, changes: Partial<ObjectService> = {}): ObjectService {
  const objectUrl = (url: string) => {
    const path = url.replace(/^plain:\/\/[^/]*/, "");
    return (
      server.origin +
      path
        .split("/")
        .map((part) => encodeURIComponent(decodeURIComponent(part)))
        .join("/")
    );
  };
  return {
    name: "the plain store",
    objectUrl,
    authorize: async (request) => request,
    renew: async () => {},
    ifMatch: (request, etag) => ({ ...request, headers: { ...request.headers, "if-match": etag } }),
    ifAbsent: (request) => ({ ...request, headers: { ...request.headers, "if-none-match": "*" } }),
    putRequest: (request) => request,
    list: plainListing(server, objectUrl),
    etagOf: ({ etag }) => etag,
    classify(status, _headers, body) {
      const kinds = { 403: "denied", 404: "absent", 412: "precondition", 416: "range", 429: "throttled" } as const;
      const kind = kinds[status as keyof typeof kinds] ?? (status >= 500 ? "transient" : "failed");
      return body === "" ? { kind } : { kind, message: body };
    },
    ...changes,
  };
}

function plainListing(server: PlainObjects, objectUrl: (url: string) => string): ObjectListing {
  return {
    get isSorted() {
      return server.isSorted;
    },
    get hasStartAfter() {
      return server.isSorted;
    },
    pageRequest(directory, { startAfter, token }) {
      const query = new URLSearchParams({
        list: "",
        ...(startAfter === undefined ? {} : { after: startAfter }),
        ...(token === undefined ? {} : { token }),
      });
      return { method: "GET", url: `${objectUrl(directory)}?${query}`, headers: {} };
    },
    parsePage: (_directory, body): ListedPage => JSON.parse(new TextDecoder().decode(body)),
  };
}

/** A client that does not wait long before it asks again, whatever it is told. */
export function impatientClient(options: HttpClientOptions = {}): HttpClient {
  const clock = systemClock();
  const impatient = {
    ...clock,
    now: () => clock.now(),
    sleep: (ms: number, o = {}) => clock.sleep(Math.min(ms, 2), o),
  };
  return httpClient({ clock: impatient, backoffMs: 1, longestBackoffMs: 5, retries: 3, ...options });
}
