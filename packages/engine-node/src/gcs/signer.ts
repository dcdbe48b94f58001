import { DeltaError } from "@asyncdelta/kernel-core";
import type { KnownSecrets } from "../cloud/known-secrets.js";
import { cachedCredentials, type Expiring } from "../credentials/cached-credentials.js";
import type { HttpRequest } from "../http/http-request.js";
import type { AuthorizeContext } from "../object-store/object-service.js";
import type { GcsAuthClient, GcsTokenProvider } from "./gcs-options.js";
import type { GcsSigning } from "./read-options.js";

/** Adds to requests what says who asks. */
export interface Signer {
  sign(request: HttpRequest, context: AuthorizeContext): Promise<HttpRequest>;
  /** Gets other credentials than those that signed `refused`. */
  renew(signal: AbortSignal | undefined, refused: HttpRequest | undefined): Promise<void>;
}

/** Headers that sign, until they end. */
interface SigningHeaders extends Expiring {
  readonly headers: Readonly<Record<string, string>>;
}

/** A client that does not tell when its token ends is asked again after so long; it keeps tokens itself. */
const UNTOLD_MS = 60_000;

export function makeSigner(signing: GcsSigning, secrets: KnownSecrets): Signer {
  if (signing.kind === "anonymous")
    return { sign: (request) => Promise.resolve(request), renew: () => Promise.resolve() };
  const provider = signing.kind === "token" ? headersOfToken(signing.get) : headersOfClient(signing.client);
  const cached = cachedCredentials(async () => {
    const made = await provider();
    secrets.add(made.headers.authorization!.replace(/^Bearer +/i, ""));
    return made;
  });
  /** Which credentials signed a request, so that a late refusal of old ones does not cost new ones. */
  const signedBy = new WeakMap<HttpRequest, SigningHeaders>();
  return {
    async sign(request, { now, signal }) {
      const made = await cached.get(now, signal);
      const signed = { ...request, headers: { ...request.headers, ...made.headers } };
      signedBy.set(signed, made);
      return signed;
    },
    renew: (signal, refused) => cached.renew(signal, refused && signedBy.get(refused)),
  };
}

function headersOfToken(get: GcsTokenProvider): () => Promise<SigningHeaders> {
  return async () => {
    const got = await get();
    const { token, expiration } = typeof got === "string" ? { token: got, expiration: undefined } : got;
    return { headers: bearer(token), expiration };
  };
}

function headersOfClient(client: GcsAuthClient): () => Promise<SigningHeaders> {
  return async () => {
    const maker = (await client.getClient?.()) ?? client;
    const headers = await headersFrom(maker);
    const end = maker.credentials?.expiry_date;
    return { headers, expiration: new Date(typeof end === "number" ? end : Date.now() + UNTOLD_MS) };
  };
}

async function headersFrom(client: GcsAuthClient): Promise<Readonly<Record<string, string>>> {
  if (client.getRequestHeaders === undefined) {
    const got = await client.getAccessToken?.();
    return bearer(typeof got === "object" ? got?.token : got);
  }
  // Some versions return an object, others `Headers`.
  const got = await client.getRequestHeaders();
  const entries = typeof got.entries === "function" ? [...(got as Headers).entries()] : Object.entries(got);
  const headers = Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), String(value)]));
  if (!headers.authorization) throw noToken();
  return headers;
}

function bearer(token: unknown): Readonly<Record<string, string>> {
  if (typeof token !== "string" || token === "") throw noToken();
  return { authorization: `Bearer ${token}` };
}

function noToken(): DeltaError {
  return new DeltaError("ACCESS_DENIED", "The provider of Google credentials gave no token.");
}
