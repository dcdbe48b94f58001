import { errorElement } from "../cloud/error-element.js";
import { kindOfStatus, STATUS_KINDS, type StatusKinds } from "../cloud/refusal-kind.js";
import type { Refusal, RefusalKind } from "../http/http-call.js";
import type { HttpHeaders } from "../http/http-request.js";
import { childText } from "../xml/parse-xml.js";

/** What the service's codes mean, where the status alone does not say it. */
const KINDS: ReadonlyMap<string, RefusalKind> = new Map<string, RefusalKind>(
  Object.entries({
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
  } as const),
);

const STATUSES: StatusKinds = { ...STATUS_KINDS, 410: "absent" };

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
  const kind = (code === undefined ? undefined : KINDS.get(code)) ?? kindOfStatus(status, code, STATUSES);
  return {
    kind,
    code,
    message,
    authentication: code === "AuthenticationFailed" ? authenticationOf(detail) : undefined,
  };
}

function authenticationOf(detail: string): AzureAnswer["authentication"] {
  if (/request date header/i.test(detail)) return "clock";
  if (/not valid in the specified time frame|expir/i.test(detail)) return "ended";
  return undefined;
}

function parseError(body: string): { readonly code?: string; readonly message?: string; readonly detail: string } {
  const root = errorElement(body);
  if (root === undefined) return { detail: "" };
  const code = childText(root, "Code")?.trim();
  const message = childText(root, "Message")?.trim().split("\n", 1)[0]?.trim();
  const detail = childText(root, "AuthenticationErrorDetail") ?? "";
  return { ...(code && { code }), ...(message && { message }), detail };
}
