import { KnownSecrets } from "../cloud/known-secrets.js";
import type { Environment } from "../cloud/option-names.js";
import type { Refusal } from "../http/http-call.js";
import type { HttpHeaders, HttpRequest } from "../http/http-request.js";
import type { AuthorizeContext, ObjectService } from "../object-store/object-service.js";
import type { AzureOptions, DeltaRsAzureOptions } from "./azure-options.js";
import { locate, objectUrlOf } from "./azure-url.js";
import { classifyAnswer } from "./classify.js";
import { quotedEtag } from "./etag.js";
import { listRequest, parseListing } from "./list-blobs.js";
import { readAzureOptions } from "./read-options.js";
import { makeSigner } from "./signer.js";

/** The newest that every cloud, Azurite and OneLake know; names with odd characters come encoded since 2021-02-12. */
const VERSION = "2023-11-03";

/** A service refuses what is signed with a clock that differs by more than 15 minutes. */
const SKEW_MS = 14 * 60_000;

/** Codes that may mean that the signature or token is not good any more; the second is Azurite's, and the network's. */
const NOT_AUTHENTICATED: ReadonlySet<string> = new Set(["AuthenticationFailed", "AuthorizationFailure"]);

/**
 * What Azure Blob Storage has of its own: URLs, signatures, listings, conditions, refusals.
 *
 * @throws DeltaError `INVALID_ARGUMENT` for options that are unknown, of the wrong type or contradictory
 */
export function azureService(
  options: AzureOptions | DeltaRsAzureOptions = {},
  environment: Environment = process.env,
): ObjectService {
  const settings = readAzureOptions(options, environment);
  const { signing } = settings;
  const secrets = new KnownSecrets();
  const signer = makeSigner(settings, secrets);
  const mayRenew = (signing.kind === "sas" || signing.kind === "token") && !signing.isStatic;
  let lastNow: number | undefined;

  async function authorize(request: HttpRequest, context: AuthorizeContext): Promise<HttpRequest> {
    lastNow = context.now;
    const headers: Record<string, string> = { ...request.headers, "x-ms-version": VERSION };
    if (signing.kind === "key") headers["x-ms-date"] = new Date(context.now).toUTCString();
    // A blob that has snapshots goes with them or not at all.
    if (request.method === "DELETE") headers["x-ms-delete-snapshots"] = "include";
    return signer.sign({ ...request, headers }, context);
  }

  function classify(status: number, headers: HttpHeaders, body: string): Refusal {
    const { authentication, ...answer } = classifyAnswer(status, headers, body);
    const refusal = { ...answer, message: answer.message === undefined ? undefined : secrets.remove(answer.message) };
    if (status !== 401 && !NOT_AUTHENTICATED.has(answer.code ?? "")) return refusal;
    if (signing.kind === "anonymous") return { ...refusal, kind: "denied" };
    // Answers to HEAD have no body: by the clocks then.
    if (signing.kind === "key") {
      const isSkewed = authentication === "clock" || (body === "" && differs(headers.date));
      return { ...refusal, kind: isSkewed ? "skewed" : "denied" };
    }
    const hasEnded =
      authentication === "ended" || refusal.kind === "expired" || signer.hadEnded(Date.parse(headers.date ?? ""));
    if (mayRenew) return { ...refusal, kind: hasEnded || status === 401 || body === "" ? "expired" : "denied" };
    const what = signing.kind === "sas" ? "SAS token" : "bearer token";
    return { ...refusal, kind: "denied", ...(hasEnded ? { message: `the ${what} has expired` } : {}) };
  }

  function differs(date: string | undefined): boolean {
    return date !== undefined && lastNow !== undefined && Math.abs(Date.parse(date) - lastNow) > SKEW_MS;
  }

  return {
    name: "Azure Blob Storage",
    objectUrl: (url) => objectUrlOf(locate(url, settings)),
    authorize,
    renew: (signal, refused) => signer.renew(signal, refused),
    ifMatch: (request, etag) => withHeaders(request, { "if-match": etag }),
    ifAbsent: (request) => withHeaders(request, { "if-none-match": "*" }),
    putRequest: (request) => withHeaders(request, { "x-ms-blob-type": "BlockBlob" }),
    list: {
      // Alphabetical by the documents, which do not say by what; hierarchical namespaces have an order of their own.
      isSorted: false,
      hasStartAfter: false,
      pageRequest: (directory, page) => listRequest(locate(directory, settings), page),
      parsePage: (directory, body) => parseListing(locate(directory, settings).key, body),
    },
    etagOf: ({ etag }) => quotedEtag(etag),
    classify,
  };
}

function withHeaders(request: HttpRequest, headers: Readonly<Record<string, string>>): HttpRequest {
  return { ...request, headers: { ...request.headers, ...headers } };
}
