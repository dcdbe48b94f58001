import { KnownSecrets } from "../cloud/known-secrets.js";
import type { Environment } from "../cloud/option-names.js";
import type { Refusal } from "../http/http-call.js";
import type { HttpHeaders, HttpRequest } from "../http/http-request.js";
import type { AuthorizeContext, ObjectService } from "../object-store/object-service.js";
import { classifyAnswer } from "./classify.js";
import type { DeltaRsGcsOptions, GcsOptions } from "./gcs-options.js";
import { objectUrlOf, parseGcsUrl, uploadUrlOf } from "./gcs-url.js";
import { listRequest, parseListing } from "./list-objects.js";
import { modifiedAt } from "./modified-at.js";
import { readGcsOptions } from "./read-options.js";
import { makeSigner } from "./signer.js";

/**
 * What Google Cloud Storage has of its own. Objects are read by the XML API, which knows HEAD, listed and written by the
 * JSON API; what tells an object from its replacement is its generation.
 *
 * @throws DeltaError `INVALID_ARGUMENT` for options that are unknown, of the wrong type or contradictory
 */
export function gcsService(
  options: GcsOptions | DeltaRsGcsOptions = {},
  environment: Environment = process.env,
): ObjectService {
  const { endpoint, signing, userProject } = readGcsOptions(options, environment);
  const secrets = new KnownSecrets();
  const signer = makeSigner(signing, secrets);

  function authorize(request: HttpRequest, context: AuthorizeContext): Promise<HttpRequest> {
    if (userProject === undefined) return signer.sign(request, context);
    return signer.sign(withHeaders(request, { "x-goog-user-project": userProject }), context);
  }

  function classify(status: number, _headers: HttpHeaders, body: string): Refusal {
    const answer = classifyAnswer(status, body);
    const refusal = { ...answer, message: answer.message === undefined ? undefined : secrets.remove(answer.message) };
    if (status !== 401 && refusal.kind !== "expired") return refusal;
    // Of a token that is wrong the service says no more than that; a new one may be right.
    return { ...refusal, kind: signing.kind !== "anonymous" && !signing.isStatic ? "expired" : "denied" };
  }

  return {
    name: "Google Cloud Storage",
    objectUrl: (url) => objectUrlOf(parseGcsUrl(url, endpoint), endpoint),
    authorize,
    renew: (signal, refused) => signer.renew(signal, refused),
    ifMatch: (request, etag) => withHeaders(request, { "x-goog-if-generation-match": etag }),
    ifAbsent: (request) => ({ ...request, url: `${request.url}&ifGenerationMatch=0` }),
    putRequest: (request) => ({
      ...withHeaders(request, { "content-type": "application/octet-stream" }),
      method: "POST",
      url: uploadUrlOf(request.url, endpoint),
    }),
    list: {
      isSorted: true,
      hasStartAfter: true,
      pageRequest: (directory, page) => listRequest(parseGcsUrl(directory, endpoint), page, endpoint),
      parsePage: (directory, body) => parseListing(parseGcsUrl(directory, endpoint).key, body),
    },
    etagOf: (headers) => headers["x-goog-generation"],
    lastModifiedOf,
    classify,
  };
}

/** `undefined` where only the second is known, which is what the header says by itself. */
function lastModifiedOf(headers: HttpHeaders): number | undefined {
  const seconds = Date.parse(headers["last-modified"] ?? "");
  const at = modifiedAt(headers["x-goog-generation"], seconds);
  return at === seconds || Number.isNaN(at) ? undefined : at;
}

function withHeaders(request: HttpRequest, headers: Readonly<Record<string, string>>): HttpRequest {
  return { ...request, headers: { ...request.headers, ...headers } };
}
