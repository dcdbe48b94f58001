import { Connection } from "./connection.js";
import { type Connector, connector } from "./connector.js";
import type { HttpSettings } from "./http-options.js";
import type { Undici } from "./load-undici.js";

/** Connections that wait for a request, by origin. An idle one keeps no process alive, and closes itself after seconds. */
export class Connections {
  readonly #undici: Undici;
  readonly #proxy: URL | undefined;
  readonly #connect: Connector;
  readonly #idle = new Map<string, Connection[]>();

  constructor(undici: Undici, settings: HttpSettings) {
    this.#undici = undici;
    this.#proxy = settings.proxy;
    this.#connect = connector(undici, settings);
  }

  /** The one that was busy most recently, or a new one. */
  take(origin: string, isFresh: boolean): Connection {
    const idle = isFresh ? undefined : this.#idle.get(origin);
    while (idle !== undefined && idle.length > 0) {
      const connection = idle.pop()!;
      if (!connection.isClosed) return connection;
    }
    return new Connection(this.#undici, this.#connect, origin, this.#proxy, (closed) => this.#drop(closed));
  }

  /** Takes back a connection whose answer has come whole. */
  giveBack(connection: Connection): void {
    if (connection.isClosed) return;
    const idle = this.#idle.get(connection.origin);
    if (idle === undefined) this.#idle.set(connection.origin, [connection]);
    else idle.push(connection);
  }

  destroy(): void {
    for (const idle of this.#idle.values()) for (const connection of idle) connection.destroy();
    this.#idle.clear();
  }

  #drop(connection: Connection): void {
    const idle = this.#idle.get(connection.origin);
    const at = idle?.indexOf(connection) ?? -1;
    if (at >= 0) idle?.splice(at, 1);
  }
}
