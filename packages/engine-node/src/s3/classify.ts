import { errorElement } from "../cloud/error-element.js";
import { kindOfStatus } from "../cloud/refusal-kind.js";
import type { Refusal, RefusalKind } from "../http/http-call.js";
import type { HttpHeaders } from "../http/http-request.js";
import { childText } from "../xml/parse-xml.js";

/** What the service's codes mean, where the status alone does not say it. */
const KINDS: ReadonlyMap<string, RefusalKind> = new Map<string, RefusalKind>(
  Object.entries({
    ExpiredToken: "expired",
    ExpiredTokenException: "expired",
    InvalidToken: "expired",
    InvalidAccessKeyId: "expired",
    RequestExpired: "expired",
    TokenRefreshRequired: "expired",
    RequestTimeTooSkewed: "skewed",
    RequestInTheFuture: "skewed",
    SlowDown: "throttled",
    Throttling: "throttled",
    ThrottlingException: "throttled",
    ThrottledException: "throttled",
    RequestThrottled: "throttled",
    RequestLimitExceeded: "throttled",
    TooManyRequests: "throttled",
    BandwidthLimitExceeded: "throttled",
    RequestTimeout: "transient",
    InternalError: "transient",
    ConditionalRequestConflict: "conflict",
    OperationAborted: "conflict",
    // versitygw's word for InvalidAccessKeyId.
    XAdminUserNotFound: "expired",
    NoSuchKey: "absent",
    NoSuchVersion: "absent",
    NoSuchBucket: "absent",
    AllAccessDisabled: "denied",
    PreconditionFailed: "precondition",
    InvalidRange: "range",
  } as const),
);

/** A refusal, and where the bucket is if the answer says that it is elsewhere. */
export interface S3Refusal extends Refusal {
  readonly region: string | undefined;
}

/**
 * What an answer means that was not accepted. Of an error's body only code, message and region are taken: the rest may
 * hold what was signed, tokens among it.
 */
export function classifyAnswer(status: number, headers: HttpHeaders, body: string): S3Refusal {
  const { code, message, region } = parseError(body);
  const kind = kindOf(status, code);
  const isElsewhere = (status >= 300 && status < 400) || code === "AuthorizationHeaderMalformed";
  const found = isElsewhere ? (headers["x-amz-bucket-region"] ?? region) : undefined;
  return found !== undefined && /^[a-z0-9-]+$/.test(found)
    ? { kind, code, message, region: found, hint: `the region ${found}` }
    : { kind, code, message, region: undefined };
}

function kindOf(status: number, code: string | undefined): RefusalKind {
  return (code === undefined ? undefined : KINDS.get(code)) ?? kindOfStatus(status, code);
}

interface S3Error {
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly region?: string | undefined;
}

function parseError(body: string): S3Error {
  const root = errorElement(body);
  if (root === undefined) return {};
  const text = (name: string): string | undefined => childText(root, name)?.trim() || undefined;
  return { code: text("Code"), message: text("Message"), region: text("Region") };
}
