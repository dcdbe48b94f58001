import { isDeltaError } from "@asyncdelta/kernel-core";
import type { Refusal, RefusalKind } from "../http/http-call.js";
import type { HttpHeaders } from "../http/http-request.js";
import { childText, parseXml } from "../xml/parse-xml.js";

/** What the service's codes mean, where the status alone does not say it. */
const KINDS: Readonly<Record<string, RefusalKind>> = {
  BlobNotFound: "absent",
  ContainerNotFound: "absent",
  ResourceNotFound: "absent",
  PathNotFound: "absent",
  FilesystemNotFound: "absent",
  BlobAlreadyExists: "precondition",
  PathAlreadyExists: "precondition",
  ConditionNotMet: "precondition",
  TargetConditionNotMet: "precondition",
  // A lease holds the blob whoever asks: it is there, and a condition on its etag says nothing.
  LeaseIdMissing: "failed",
  LeaseLost: "failed",
  ServerBusy: "throttled",
  OperationTimedOut: "transient",
  InternalError: "transient",
  ContainerBeingDeleted: "absent",
  ContainerBeingCreated: "transient",
  InvalidRange: "range",
  BlobArchived: "failed",
  BlobBeingRehydrated: "failed",
  ExpiredAuthenticationToken: "expired",
  InvalidAuthenticationInfo: "expired",
};

/** What a status means by itself. A 404 with a code that is not known must not look like an empty log. */
const STATUSES: Readonly<Record<number, RefusalKind>> = {
  401: "denied",
  403: "denied",
  404: "absent",
  408: "transient",
  410: "absent",
  412: "precondition",
  416: "range",
  429: "throttled",
  500: "transient",
  502: "transient",
  503: "throttled",
  504: "transient",
};

/** An answer that was not accepted, read. */
export interface AzureAnswer extends Refusal {
  /** What is wrong with an `AuthenticationFailed`. */
  readonly authentication: "clock" | "ended" | undefined;
}

/**
 * What an answer means. Of an error's body only code and the message's first line are taken: the details of a failed
 * authentication repeat what was signed.
 */
export function classifyAnswer(status: number, headers: HttpHeaders, body: string): AzureAnswer {
  const { code: codeInBody, message, detail } = parseError(body);
  const code = headers["x-ms-error-code"] ?? codeInBody;
  const kind = (code === undefined ? undefined : KINDS[code]) ?? kindOf(status, code);
  return {
    kind,
    code,
    message,
    authentication: code === "AuthenticationFailed" ? authenticationOf(detail) : undefined,
  };
}

function kindOf(status: number, code: string | undefined): RefusalKind {
  return (status === 404 && code !== undefined ? undefined : STATUSES[status]) ?? "failed";
}

function authenticationOf(detail: string): AzureAnswer["authentication"] {
  if (/request date header/i.test(detail)) return "clock";
  if (/not valid in the specified time frame|expir/i.test(detail)) return "ended";
  return undefined;
}

function parseError(body: string): { readonly code?: string; readonly message?: string; readonly detail: string } {
  // Answers to HEAD have no body, and those of proxies are pages for people.
  if (!/^\s*(<\?xml|<Error)/.test(body)) return { detail: "" };
  try {
    const root = parseXml(body);
    if (root.name !== "Error") return { detail: "" };
    const code = childText(root, "Code")?.trim();
    const message = childText(root, "Message")?.trim().split("\n", 1)[0]?.trim();
    const detail = childText(root, "AuthenticationErrorDetail") ?? "";
    return { ...(code && { code }), ...(message && { message }), detail };
  } catch (error) {
    if (isDeltaError(error, "STORAGE_FAILED")) return { detail: "" };
    throw error;
  }
}
