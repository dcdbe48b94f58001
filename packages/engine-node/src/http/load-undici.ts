import type { buildConnector, Client } from "undici";

/** What the client needs of undici. */
export interface Undici {
  readonly Client: typeof Client;
  readonly buildConnector: typeof buildConnector;
}

let loading: Promise<Undici> | undefined;

/** Loads undici when the first request is sent, and once. */
export function loadUndici(): Promise<Undici> {
  loading ??= load();
  return loading;
}

/**
 * Its two parts alone: the whole costs three times as much, for `fetch`, mocks and caches. They are no documented entry, so the
 * version is pinned, a test compares them with the documented ones, and where they are gone the whole is loaded.
 */
async function load(): Promise<Undici> {
  try {
    const [client, connect] = await Promise.all([
      import("undici/lib/dispatcher/client.js"),
      import("undici/lib/core/connect.js"),
    ]);
    return { Client: client.default, buildConnector: connect.default };
  } catch {
    const { Client, buildConnector } = await import("undici");
    return { Client, buildConnector };
  }
}
