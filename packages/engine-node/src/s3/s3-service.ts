import { cachedCredentials } from "../credentials/cached-credentials.js";
import type { Refusal } from "../http/http-call.js";
import type { HttpHeaders, HttpRequest } from "../http/http-request.js";
import type { AuthorizeContext, ObjectService } from "../object-store/object-service.js";
import { classifyAnswer } from "./classify.js";
import { etagFrom } from "./etag.js";
import { credentialProvider } from "./find-credentials.js";
import { listRequest, parseListing } from "./list-objects.js";
import { readOptions } from "./read-options.js";
import type { DeltaRsS3Options, S3Credentials, S3Options } from "./s3-options.js";
import { bucketUrl, encodeKey, parseS3Url } from "./s3-url.js";
import { requestSigner } from "./sign-request.js";

/** A service refuses what is signed with a clock that differs by more than 15 minutes. */
const SKEW_MS = 14 * 60_000;

/**
 * What S3 and compatible services have of their own: URLs, signatures, listings, conditions, refusals.
 *
 * @throws DeltaError `INVALID_ARGUMENT` for options that are unknown, of the wrong type or contradictory
 */
export function s3Service(
  options: S3Options & DeltaRsS3Options = {},
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ObjectService {
  const settings = readOptions(options, environment);
  const sign = requestSigner();
  const credentials = cachedCredentials(credentialProvider(settings));
  const isStatic = typeof settings.credentials === "object";
  const mayMove = !settings.regionIsGiven && settings.endpoint === undefined && !settings.s3Express;
  /** Which credentials signed a request, so that a late refusal of old ones does not cost new ones. */
  const signedBy = new WeakMap<HttpRequest, S3Credentials>();
  const secrets = new Set<string>();
  let remembered: S3Credentials | undefined;
  let region = settings.region;
  let lastNow: number | undefined;

  function authorize(request: HttpRequest, { now, signal }: AuthorizeContext): HttpRequest | Promise<HttpRequest> {
    const headers = settings.requestPayer
      ? { ...request.headers, "x-amz-request-payer": "requester" }
      : request.headers;
    if (settings.anonymous) return { ...request, url: inRegion(request.url, region), headers };
    const keys = credentials.get(now, signal);
    return keys instanceof Promise
      ? keys.then((fetched) => signedWith(fetched, request, headers, now))
      : signedWith(keys, request, headers, now);
  }

  function signedWith(
    keys: S3Credentials,
    request: HttpRequest,
    headers: HttpRequest["headers"],
    now: number,
  ): HttpRequest {
    remember(keys);
    lastNow = now;
    const url = inRegion(request.url, region);
    const signed = sign(
      { ...request, url, headers },
      {
        credentials: keys,
        region,
        service: settings.s3Express ? "s3express" : "s3",
        now,
        unsignedPayload: settings.unsignedPayload ?? url.startsWith("https:"),
      },
    );
    signedBy.set(signed, keys);
    return signed;
  }

  /** Requests are made once and signed for each attempt: the region may be known better by then. */
  function inRegion(url: string, wanted: string): string {
    return mayMove ? url.replace(/^(https:\/\/(?:[^/]+\.)?s3\.)[a-z0-9-]+(?=\.amazonaws\.)/, `$1${wanted}`) : url;
  }

  function remember(keys: S3Credentials): void {
    if (keys === remembered) return;
    remembered = keys;
    const { accessKeyId, secretAccessKey, sessionToken } = keys;
    if (secrets.size > 30) secrets.clear();
    for (const secret of [accessKeyId, secretAccessKey, sessionToken]) if (secret) secrets.add(secret);
  }

  function classify(status: number, headers: HttpHeaders, body: string): Refusal {
    const { region: actual, ...answer } = classifyAnswer(status, headers, body);
    const refusal = { ...answer, message: withoutSecrets(answer.message) };
    if (actual !== undefined && mayMove) {
      region = actual;
      return { ...refusal, kind: "transient" };
    }
    // Answers to HEAD have no body: what is wrong can only be guessed.
    if (refusal.code === undefined && status === 403 && isSkewed(headers)) return { ...refusal, kind: "skewed" };
    if (refusal.code === undefined && status === 400) return { ...refusal, kind: isStatic ? "failed" : "expired" };
    return refusal.kind === "expired" && isStatic ? { ...refusal, kind: "denied" } : refusal;
  }

  function isSkewed({ date }: HttpHeaders): boolean {
    return date !== undefined && lastNow !== undefined && Math.abs(Date.parse(date) - lastNow) > SKEW_MS;
  }

  function withoutSecrets(message: string | undefined): string | undefined {
    return [...secrets].reduce((text, secret) => text?.replaceAll(secret, "***"), message);
  }

  function place(url: string): { readonly bucket: string; readonly key: string } {
    const { bucket, key } = parseS3Url(url);
    return { bucket: bucketUrl(bucket, region, settings), key };
  }

  const hasOrder = !settings.s3Express;
  return {
    name: "S3",
    objectUrl(url) {
      const { bucket, key } = place(url);
      return bucket + encodeKey(key);
    },
    authorize,
    renew: (signal, refused) => credentials.renew(signal, refused && signedBy.get(refused)),
    ifMatch: (request, etag) => ({ ...request, headers: { ...request.headers, "if-match": etag } }),
    ifAbsent: (request) => ({ ...request, headers: { ...request.headers, "if-none-match": "*" } }),
    putRequest: (request) => request,
    list: {
      isSorted: hasOrder,
      hasStartAfter: hasOrder,
      pageRequest(directory, page) {
        const { bucket, key } = place(directory);
        return listRequest(bucket, key, page, hasOrder);
      },
      parsePage: (directory, body) => parseListing(parseS3Url(directory).key, body),
    },
    etagOf: ({ etag }) => etagFrom(etag),
    classify,
  };
}
