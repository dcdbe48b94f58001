import { DeltaError } from "@asyncdelta/kernel-core";
import type { KnownSecrets } from "../cloud/known-secrets.js";
import { type CachedCredentials, cachedCredentials } from "../credentials/cached-credentials.js";
import type { HttpRequest } from "../http/http-request.js";
import type { AuthorizeContext } from "../object-store/object-service.js";
import { accountIn } from "./azure-url.js";
import type { AzureSettings, AzureSigning } from "./read-options.js";
import { parseSasToken, type SasToken } from "./sas-token.js";
import { signSharedKey } from "./shared-key.js";

/** The audience of tokens, the same for every account and cloud. */
const SCOPE = "https://storage.azure.com/.default";

/** Signs requests in one of the ways that there are. */
export interface Signer {
  sign(request: HttpRequest, context: AuthorizeContext): Promise<HttpRequest>;
  /** Gets other credentials than those that signed `refused`. */
  renew(signal: AbortSignal | undefined, refused: HttpRequest | undefined): Promise<void>;
  /**
   * Whether credentials that requests now under way may have been signed with ended before a time (milliseconds since 1970),
   * as far as they say themselves: those at hand, and those before them.
   */
  hadEnded(time: number): boolean;
}

export function makeSigner({ account, signing }: AzureSettings, secrets: KnownSecrets): Signer {
  switch (signing.kind) {
    case "anonymous":
      return { sign: (request) => Promise.resolve(request), renew: () => Promise.resolve(), hadEnded: () => false };
    case "key":
      secrets.add(signing.text);
      return {
        sign: (request) => Promise.resolve(signSharedKey(request, account ?? accountIn(request.url), signing.key)),
        renew: () => Promise.resolve(),
        hadEnded: () => false,
      };
    case "sas":
      return cachedSigner(sasProvider(signing, secrets), (request, { query }) => ({
        ...request,
        url: `${request.url}${request.url.includes("?") ? "&" : "?"}${query}`,
      }));
    case "token":
      return cachedSigner(tokenProvider(signing, secrets), (request, { token }) => ({
        ...request,
        headers: { ...request.headers, authorization: `Bearer ${token}` },
      }));
  }
}

function cachedSigner<C extends { readonly expiration?: Date | undefined }>(
  provider: () => Promise<C>,
  signWith: (request: HttpRequest, credentials: C) => HttpRequest,
): Signer {
  const cached: CachedCredentials<C> = cachedCredentials(provider);
  /** Which credentials signed a request, so that a late refusal of old ones does not cost new ones. */
  const signedBy = new WeakMap<HttpRequest, C>();
  let last: C | undefined;
  let previous: C | undefined;
  return {
    async sign(request, { now, signal }) {
      const credentials = await cached.get(now, signal);
      if (credentials !== last) [previous, last] = [last, credentials];
      const signed = signWith(request, credentials);
      signedBy.set(signed, credentials);
      return signed;
    },
    renew: (signal, refused) => cached.renew(signal, refused && signedBy.get(refused)),
    hadEnded: (time) => [previous, last].some((some) => (some?.expiration?.getTime() ?? Infinity) <= time),
  };
}

function sasProvider({ get }: AzureSigning & { kind: "sas" }, secrets: KnownSecrets): () => Promise<SasToken> {
  return async () => {
    const text: unknown = await get();
    if (typeof text !== "string") throw new DeltaError("ACCESS_DENIED", "The provider of a SAS token gave no text.");
    const token = parseSasToken(text);
    secrets.add(...token.secrets);
    return token;
  };
}

function tokenProvider(
  { credential }: AzureSigning & { kind: "token" },
  secrets: KnownSecrets,
): () => Promise<{ readonly token: string; readonly expiration: Date | undefined }> {
  return async () => {
    const got = await credential.getToken(SCOPE);
    if (typeof got?.token !== "string" || got.token === "")
      throw new DeltaError("ACCESS_DENIED", "The provider of Azure tokens gave none.");
    secrets.add(got.token);
    const end = got.expiresOnTimestamp;
    return { token: got.token, expiration: Number.isFinite(end) ? new Date(end) : undefined };
  };
}
