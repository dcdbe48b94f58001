import { abortedError, DeltaError, type DeltaErrorCode, isDeltaError, throwIfAborted } from "@asyncdelta/kernel-core";
import { HttpFailure, HttpRefusal, type RefusalKind } from "../http/http-call.js";
import { shownUrl } from "./shown-url.js";

/** What a refusal is to the caller, and what can be done about it. */
const REFUSALS: Readonly<Record<RefusalKind, readonly [code: DeltaErrorCode, advice: string]>> = {
  transient: ["STORAGE_FAILED", "The store is having trouble: try again later."],
  throttled: ["STORAGE_FAILED", "The store takes no more requests for now: try again later, or lower `requests`."],
  expired: ["ACCESS_DENIED", "The credentials have expired, and new ones were no better: log in again."],
  skewed: ["ACCESS_DENIED", "The clocks of this machine and of the store differ too much: set this machine's clock."],
  absent: ["FILE_NOT_FOUND", "There is no such object: check the URL, the bucket or container first of all."],
  denied: ["ACCESS_DENIED", "Check the credentials, and what they permit on this bucket or container."],
  precondition: ["FILE_CHANGED", "The object was replaced while it was read: read again."],
  range: [
    "FILE_CHANGED",
    "The object is shorter than it should be: it was cut short or replaced after the log was written.",
  ],
  conflict: ["STORAGE_FAILED", "Others keep writing the same object: try again."],
  failed: ["STORAGE_FAILED", "Asking again would not help."],
};

const FAILURES: Readonly<Record<HttpFailure["kind"], string>> = {
  dns: "The host's name cannot be resolved: check the URL and the `endpoint`.",
  tls: "No secure connection could be made: check the `endpoint`, and whether this machine trusts the store's certificate.",
  refused: "No connection could be made: check the `endpoint`, its port and the network.",
  reset: "The connection was lost: try again.",
  timeout: "No answer came in time: check the network, or try again later.",
  broken: "The answer broke off again and again: check the network, or try again later.",
  protocol: "The answer was not HTTP as it should be: check the `endpoint`.",
};

/** What an operation on an object is about, for its errors. */
export interface Operation {
  /** Verb, as in `Reading`. */
  readonly verb: "Reading" | "Listing" | "Writing" | "Deleting" | "Looking up";
  /** Storage URL. */
  readonly url: string;
  readonly store: string;
  readonly signal: AbortSignal | undefined;
}

/** Runs an operation; whatever it fails with ends in a `DeltaError`, and after an abort in `ABORTED`. */
export async function guarded<T>(operation: Operation, work: () => Promise<T>): Promise<T> {
  throwIfAborted(operation.signal);
  try {
    return await work();
  } catch (error) {
    throw objectError(error, operation);
  }
}

/** What a failure is in the words of the storage contract; a `DeltaError` stays as it is. */
export function objectError(error: unknown, { verb, url, store, signal }: Operation): DeltaError {
  if (signal?.aborted) return abortedError(signal);
  if (isDeltaError(error)) return error;
  const path = shownUrl(url);
  const facts = { path, cause: error };
  if (error instanceof HttpRefusal) {
    const { refusal, status } = error;
    const [code, advice] = REFUSALS[refusal.kind];
    const words = [refusal.code, refusal.message].filter((word) => word !== undefined && word !== "").join(": ");
    const hint = refusal.hint === undefined ? "" : ` It says to use ${refusal.hint}.`;
    const answer = `${store} answered ${status}${words === "" ? "" : ` (${words})`}${attemptsText(error.attempts)}`;
    return new DeltaError(code, `${verb} ${path}: ${answer}.${hint} ${advice}`, facts);
  }
  if (error instanceof HttpFailure) {
    const reason = reasonOf(error.cause);
    const text = `${store} could not be asked${attemptsText(error.attempts)}${reason === "" ? "" : ` (${reason})`}`;
    return new DeltaError("STORAGE_FAILED", `${verb} ${path}: ${text}. ${FAILURES[error.kind]}`, facts);
  }
  return new DeltaError("STORAGE_FAILED", `${verb} ${path}: ${reasonOf(error) || "failed"}.`, facts);
}

/** The error of an answer that is not what was asked for. */
export function wrongAnswer(url: string, what: string): DeltaError {
  const path = shownUrl(url);
  return new DeltaError("STORAGE_FAILED", `${path}: the store's answer cannot be trusted: ${what}.`, { path });
}

/** The error of an object that is not what it was a moment ago. */
export function replacedError(url: string): DeltaError {
  const path = shownUrl(url);
  return new DeltaError("FILE_CHANGED", `${path} was replaced while it was read: read again.`, { path });
}

function attemptsText(attempts: number): string {
  return attempts > 1 ? ` after ${attempts} attempts` : "";
}

function reasonOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : "";
  return text.replace(/\.$/, "");
}
