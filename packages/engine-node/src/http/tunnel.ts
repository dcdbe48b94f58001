import type { buildConnector } from "undici";
import type { Connector, Destroyable } from "./connector.js";
import type { Undici } from "./load-undici.js";

/** `Proxy-Authorization` for a proxy whose URL has user and password. */
export function proxyAuthorization(proxy: URL): Readonly<Record<string, string>> {
  if (proxy.username === "") return {};
  const credentials = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(credentials).toString("base64")}` };
}

/** Asks a proxy for a connection to the origin (CONNECT, RFC 9110, 9.3.6), and speaks TLS through it. */
export function tunnel(
  undici: Undici,
  proxy: URL,
  direct: Connector,
  options: buildConnector.Options,
  callback: buildConnector.Callback,
): Destroyable {
  let opening: Destroyable | undefined;
  const toProxy = new undici.Client(proxy.origin, {
    headersTimeout: 0,
    connect: (proxyOptions, connected) => {
      opening = direct(proxyOptions, connected);
    },
  });
  let over = false;
  const fail = (error: Error): void => {
    if (over) return;
    over = true;
    callback(error, null);
  };
  const authority = `${options.hostname.includes(":") ? `[${options.hostname}]` : options.hostname}:${options.port || 443}`;
  toProxy.dispatch(
    { method: "CONNECT", path: authority, headers: { host: authority, ...proxyAuthorization(proxy) } },
    {
      onRequestStart: () => {},
      onRequestUpgrade: (_controller, status, _headers, socket) => {
        if (status === 200 && !over) {
          over = true;
          opening = direct({ ...options, httpSocket: socket as never }, callback);
          return;
        }
        socket.on("error", () => {}).destroy();
        fail(Object.assign(new Error(`The proxy answered ${status}.`), { code: `PROXY_${status}` }));
      },
      onResponseError: (_controller, error) => fail(error),
    },
  );
  return {
    destroy: () => {
      over = true;
      opening?.destroy();
      toProxy.destroy().catch(() => {});
    },
  };
}
