import type { Client, Dispatcher } from "undici";
import type { Connector, Destroyable } from "./connector.js";
import type { HttpRequest } from "./http-request.js";
import { lendReads } from "./lent-reads.js";
import type { Undici } from "./load-undici.js";
import { proxyAuthorization } from "./tunnel.js";

/** What becomes of an answer. */
export interface Receiver extends Dispatcher.DispatchHandler {
  /** So many bytes of its body are still to come, and it keeps none of what it is given; 0 where that is not known. */
  readonly wanted: number;
}

/** One connection to an origin: at most one request at a time, so that giving up a request can end its socket and no other. */
export class Connection {
  readonly origin: string;
  readonly #client: Client;
  /** A proxy that is asked for whole URLs, as for `http:` origins. */
  readonly #proxy: URL | undefined;
  /** Being opened, or open. */
  #socket: Destroyable | undefined;
  #receiver: Receiver | undefined;
  #served = 0;
  #isClosed = false;
  #isDestroyed = false;
  /** How many sockets it has had: undici opens another where the server has closed an idle one. */
  #generation = 0;

  /** `onClose` is called when the socket has closed. */
  constructor(
    undici: Undici,
    connect: Connector,
    origin: string,
    proxy: URL | undefined,
    onClose: (self: Connection) => void,
  ) {
    this.origin = origin;
    this.#proxy = origin.startsWith("http:") ? proxy : undefined;
    this.#client = new undici.Client(this.#proxy?.origin ?? origin, {
      // The exchange keeps time.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (options, callback) => {
        this.#served = 0;
        this.#isClosed = this.#isDestroyed;
        const generation = ++this.#generation;
        this.#socket = connect(options, ((error, socket) => {
          socket?.once("close", () => {
            // The server may end a socket so late that undici has opened the next one before the old one has closed.
            if (generation !== this.#generation) return;
            this.#isClosed = true;
            onClose(this);
          });
          if (socket) lendReads(socket, () => this.#receiver?.wanted ?? 0);
          callback(...([error, socket] as Parameters<typeof callback>));
        }) as typeof callback);
      },
    });
  }

  /** Whether the socket has answered before. */
  get isReused(): boolean {
    return this.#served > 0;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  send(request: HttpRequest, target: string, receiver: Receiver): void {
    this.#receiver = receiver;
    const { method, headers, body } = request;
    const proxied = this.#proxy;
    this.#client.dispatch(
      {
        method,
        path: proxied === undefined ? target : this.origin + target,
        headers:
          proxied === undefined
            ? headers
            : { host: new URL(this.origin).host, ...headers, ...proxyAuthorization(proxied) },
        body: body ?? null,
        // Else undici closes the socket after a HEAD.
        reset: false,
      },
      receiver,
    );
  }

  /** The answer has come whole. */
  answered(): void {
    this.#receiver = undefined;
    this.#served++;
  }

  /** Closes the socket at once, also one that is still being opened. */
  destroy(): void {
    this.#isClosed = true;
    this.#isDestroyed = true;
    this.#socket?.destroy();
    this.#client.destroy().catch(() => {});
  }
}
