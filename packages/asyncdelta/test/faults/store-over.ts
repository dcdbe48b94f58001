import type { Storage } from "@asyncdelta/kernel-core";
import type { HttpClient } from "../../../engine-node/src/http/http-call.js";
import { httpClient } from "../../../engine-node/src/http/http-client.js";
import type { HttpClientOptions } from "../../../engine-node/src/http/http-options.js";
import { s3Storage } from "../../../engine-node/src/s3/s3-storage.js";
import { fastClock } from "./fast-clock.js";
import { SECRETS } from "./secrets.js";

export interface StoreOptions extends HttpClientOptions {
  /** The token of the credentials is another whenever they are asked for. Default: it stays. */
  readonly rotates?: boolean;
  /** Most names in a page of the server's listings. */
  readonly pageSize?: number;
  /** Makes another store than S3. */
  readonly make?: (endpoint: string, client: HttpClient) => Storage;
  /** Where it asks instead of the server. */
  readonly origin?: string;
}

export interface StoreOver {
  readonly storage: Storage;
  /** Milliseconds that it wanted to wait between attempts. */
  readonly waits: readonly number[];
  /** How often credentials were asked for. */
  readonly renewals: () => number;
  close(): Promise<void>;
}

/** An S3 store with a clock on which no wait takes time. Its deadlines are out of the way, unless `options` shorten them. */
export function storeOver(endpoint: string, options: StoreOptions = {}): StoreOver {
  const { rotates = false, pageSize: _, origin: __, make = s3, ...http } = options;
  const { clock, waits } = fastClock();
  const client = httpClient({
    firstByteMs: 5000,
    idleMs: 5000,
    callMs: 60_000,
    retries: 3,
    backoffMs: 10,
    clock,
    ...http,
  });
  let asked = 0;
  return { storage: make(endpoint, client), waits, renewals: () => asked, close: () => client.close() };

  function s3(origin: string, client: HttpClient): Storage {
    const credentials = async () => {
      const sessionToken = `${SECRETS.token}${rotates ? asked : 0}`;
      asked++;
      return { accessKeyId: "AKIAOFTHETEST", secretAccessKey: SECRETS.key, sessionToken };
    };
    return s3Storage({ endpoint: origin, allowHttp: true, region: "eu-west-1", credentials, client });
  }
}
