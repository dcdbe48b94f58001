import type { RefusalKind } from "../http/http-call.js";

export type StatusKinds = Readonly<Record<number, RefusalKind>>;

/** What a status means by itself, to every service. */
export const STATUS_KINDS: StatusKinds = {
  401: "denied",
  403: "denied",
  404: "absent",
  408: "transient",
  412: "precondition",
  416: "range",
  429: "throttled",
  500: "transient",
  502: "transient",
  503: "throttled",
  504: "transient",
};

/**
 * What an answer means whose code, if it has one, is not known. By a 404 with such a code something is not there, but it is
 * not the object, whose absence would mean an empty directory or a shorter log.
 */
export function kindOfStatus(status: number, code: string | undefined, kinds: StatusKinds = STATUS_KINDS): RefusalKind {
  return (status === 404 && code !== undefined ? undefined : kinds[status]) ?? "failed";
}
