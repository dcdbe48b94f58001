import { DeltaError } from "@asyncdelta/kernel-core";

/** The error of what is asked of an engine after it was closed. */
export function closedError(): DeltaError {
  return new DeltaError("CLOSED", "The engine has been closed. Make a new one.");
}
