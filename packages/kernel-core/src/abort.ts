import { DeltaError, isDeltaError } from "./errors.js";

/** The one error in which a cancelled operation ends. */
export function abortedError(signal: AbortSignal): DeltaError {
  if (isDeltaError(signal.reason, "ABORTED")) return signal.reason;
  return new DeltaError("ABORTED", "The operation was stopped by its signal.", { cause: signal.reason });
}

/** Throws {@link abortedError} if the signal has aborted. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortedError(signal);
}
