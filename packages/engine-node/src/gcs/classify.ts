import { errorElement } from "../cloud/error-element.js";
import { kindOfStatus, STATUS_KINDS, type StatusKinds } from "../cloud/refusal-kind.js";
import type { Refusal, RefusalKind } from "../http/http-call.js";
import { childText } from "../xml/parse-xml.js";

/** What the codes (XML API) and reasons (JSON API) mean, where the status alone does not say it. */
const KINDS: ReadonlyMap<string, RefusalKind> = new Map<string, RefusalKind>(
  Object.entries({
    notFound: "absent",
    NoSuchKey: "absent",
    NoSuchBucket: "absent",
    rateLimitExceeded: "throttled",
    userRateLimitExceeded: "throttled",
    SlowDown: "throttled",
    TooManyRequests: "throttled",
    backendError: "transient",
    internalError: "transient",
    InternalError: "transient",
    ExpiredToken: "expired",
    ExpiredAccessToken: "expired",
    PreconditionFailed: "precondition",
    conditionNotMet: "precondition",
  } as const),
);

const STATUSES: StatusKinds = { ...STATUS_KINDS, 409: "conflict", 410: "absent" };

/** What an answer means. Of an error's body only its code and the message's first line are taken. */
export function classifyAnswer(status: number, body: string): Refusal {
  const { code, message } = parseError(body);
  const kind = (code === undefined ? undefined : KINDS.get(code)) ?? kindOfStatus(status, code, STATUSES);
  return { kind, code, message: message?.split("\n", 1)[0]?.trim() };
}

interface ErrorText {
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}

/** Either API's errors. */
function parseError(body: string): ErrorText {
  if (/^\s*\{/.test(body)) return parseJsonError(body);
  const root = errorElement(body);
  return root === undefined ? {} : { code: childText(root, "Code")?.trim(), message: childText(root, "Message") };
}

function parseJsonError(body: string): ErrorText {
  try {
    const { error } = JSON.parse(body) as { readonly error?: unknown };
    if (typeof error !== "object" || error === null) return {};
    const { message, errors } = error as { readonly message?: unknown; readonly errors?: unknown };
    const reason = Array.isArray(errors) ? (errors[0] as { readonly reason?: unknown } | undefined)?.reason : undefined;
    return { code: textOf(reason), message: textOf(message) };
  } catch {
    return {};
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
