import type { buildConnector } from "undici";
import type { HttpSettings } from "./http-options.js";
import { lentReads } from "./lent-reads.js";
import type { Undici } from "./load-undici.js";
import { sharedLookup } from "./shared-lookup.js";
import { tunnel } from "./tunnel.js";

/** Something that may be given up at any time. */
export interface Destroyable {
  destroy(): void;
}

/** Opens a connection; what it returns ends the opening at once. */
export type Connector = (options: buildConnector.Options, callback: buildConnector.Callback) => Destroyable;

/** How the client reaches origins: directly, or by a tunnel through a proxy. */
export function connector(undici: Undici, settings: HttpSettings): Connector {
  const { proxy, ca, rejectUnauthorized } = settings;
  const tls = { rejectUnauthorized, ...(ca === undefined ? undefined : { ca: typeof ca === "string" ? ca : [...ca] }) };
  // Time is kept by the exchange, since undici's timers tick once a second. The typings do not tell of the returned socket.
  const means = { timeout: 0, lookup: sharedLookup(), onread: lentReads(), ...tls };
  const direct = undici.buildConnector(means as object) as Connector;
  return proxy === undefined
    ? direct
    : (options, callback) =>
        options.protocol === "https:" ? tunnel(undici, proxy, direct, options, callback) : direct(options, callback);
}
