import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { Asked, Upstream } from "./answer.js";
import type { Fault } from "./fault.js";
import { pause, playAnswer, playFault } from "./play-fault.js";
import { WireLog, type WireRequest } from "./wire-log.js";

/** Which fault a request gets, if any. `log` knows those before it. */
export type FaultPlan = (request: WireRequest, log: WireLog) => Fault | undefined;

export interface FaultServerOptions {
  /** Milliseconds from a request to the first byte of its answer. Default: 0. */
  readonly latencyMs?: number;
  /** PEM of a key and its certificate: then it speaks `https:`. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** A server before another one (or objects in memory), which fails by plan and remembers all that it was asked. */
export class FaultServer {
  readonly log: WireLog = new WireLog();
  plan: FaultPlan = () => undefined;
  latencyMs: number;
  /** Connections taken since the start. */
  connections = 0;
  /** Most connections open at once. */
  mostSockets = 0;
  readonly #upstream: Upstream;
  readonly #scheme: "http" | "https";
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #port = 0;

  private constructor(upstream: Upstream, { latencyMs = 0, tls }: FaultServerOptions) {
    this.#upstream = upstream;
    this.latencyMs = latencyMs;
    this.#scheme = tls === undefined ? "http" : "https";
    const listener = (message: IncomingMessage, response: ServerResponse) => void this.#take(message, response);
    this.#server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
    // Far longer than any test: a server that closes idle connections would be a fault that no plan asked for.
    this.#server.keepAliveTimeout = 600_000;
    this.#server.on("connection", (socket: Socket) => {
      this.connections++;
      this.#sockets.add(socket);
      this.mostSockets = Math.max(this.mostSockets, this.#sockets.size);
      socket.setNoDelay(true);
      socket.on("error", () => {});
      socket.on("close", () => this.#sockets.delete(socket));
    });
    this.#server.on("clientError", (_, socket) => socket.destroy());
  }

  static async start(upstream: Upstream, options: FaultServerOptions = {}): Promise<FaultServer> {
    const server = new FaultServer(upstream, options);
    await server.resume();
    return server;
  }

  /** `http://127.0.0.1:PORT`. */
  get origin(): string {
    return `${this.#scheme}://127.0.0.1:${this.#port}`;
  }

  get openSockets(): number {
    return this.#sockets.size;
  }

  /** Closes the port and every connection, as a server that goes down. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.resetAndDestroy();
    await closed;
  }

  /** Opens the same port again. */
  async resume(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(this.#port, "127.0.0.1", () => {
        this.#server.off("error", reject);
        resolve();
      });
    });
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async #take(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked: Asked = {
      method: message.method!,
      target: message.url!,
      headers: message.headers as Asked["headers"],
      body: message.method === "PUT" || message.method === "POST" ? await bodyOf(message) : new Uint8Array(),
    };
    const { socket } = message;
    const request = this.log.begin(asked);
    const lost = () => this.log.end(request, "aborted");
    // Of a response that waits behind another on the same socket, only the socket says when the client has gone.
    socket.once("close", lost);
    try {
      const fault = this.plan(request, this.log);
      if (this.latencyMs > 0) await pause(this.latencyMs, socket);
      const answer = await this.#upstream(asked);
      if (socket.destroyed) return;
      request.firstByteAt = performance.now();
      const exchange = { asked, request, socket, response, log: this.log };
      if (fault === undefined) playAnswer(exchange, answer);
      else await playFault(exchange, fault, answer);
    } finally {
      if (socket.destroyed || request.outcome !== "running") socket.off("close", lost);
      if (socket.destroyed) lost();
    }
  }
}

async function bodyOf(message: IncomingMessage): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of message) parts.push(part as Uint8Array);
  return Buffer.concat(parts);
}
