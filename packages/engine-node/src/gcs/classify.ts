import { isDeltaError } from "@asyncdelta/kernel-core";
import type { Refusal, RefusalKind } from "../http/http-call.js";
import { childText, parseXml } from "../xml/parse-xml.js";

/** What the codes (XML API) and reasons (JSON API) mean, where the status alone does not say it. */
const KINDS: Readonly<Record<string, RefusalKind>> = {
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
};

/** What a status means by itself. A 404 with a code that is not known must not look like an empty log. */
const STATUSES: Readonly<Record<number, RefusalKind>> = {
  401: "denied",
  403: "denied",
  404: "absent",
  408: "transient",
  409: "conflict",
  410: "absent",
  412: "precondition",
  416: "range",
  429: "throttled",
  500: "transient",
  502: "transient",
  503: "throttled",
  504: "transient",
};

/** What an answer means. Of an error's body only its code and the message's first line are taken. */
export function classifyAnswer(status: number, body: string): Refusal {
  const { code, message } = parseError(body);
  const kind = (code === undefined ? undefined : KINDS[code]) ?? kindOf(status, code);
  return { kind, code, message: message?.split("\n", 1)[0]?.trim() };
}

function kindOf(status: number, code: string | undefined): RefusalKind {
  return (status === 404 && code !== undefined ? undefined : STATUSES[status]) ?? "failed";
}

interface ErrorText {
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}

/** Either API's errors; answers to HEAD have no body, and those of proxies are pages for people. */
function parseError(body: string): ErrorText {
  if (/^\s*\{/.test(body)) return parseJsonError(body);
  if (!/^\s*(<\?xml|<Error)/.test(body)) return {};
  try {
    const root = parseXml(body);
    if (root.name !== "Error") return {};
    return { code: childText(root, "Code")?.trim(), message: childText(root, "Message") };
  } catch (error) {
    if (isDeltaError(error, "STORAGE_FAILED")) return {};
    throw error;
  }
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
