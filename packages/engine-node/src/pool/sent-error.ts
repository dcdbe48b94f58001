import { DeltaError, isDeltaError } from "@asyncdelta/kernel-core/errors";
import type { SentError } from "./messages.js";

/** Takes an error apart for `postMessage`. */
export function sendError(error: unknown): SentError {
  if (!isDeltaError(error)) return { message: String(error), facts: {}, cause: clonable(error) };
  const { code, message, version, path, feature, column } = error;
  const facts = Object.fromEntries(
    Object.entries({ version, path, feature, column }).filter(([, fact]) => fact !== undefined),
  );
  return { code, message, facts, cause: clonable(error.cause) };
}

/** Puts it together again. An error that was no {@link DeltaError} comes back as its clone. */
export function receiveError(sent: SentError): unknown {
  if (sent.code !== undefined) return new DeltaError(sent.code, sent.message, { ...sent.facts, cause: sent.cause });
  return sent.cause ?? new Error(sent.message);
}

/** A cause may hold anything; what cannot be cloned is told in words. */
function clonable(cause: unknown): unknown {
  try {
    return structuredClone(cause);
  } catch {
    return new Error(String(cause));
  }
}
