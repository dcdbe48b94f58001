import { DeltaError } from "@asyncdelta/kernel-core";

/**
 * Refuses what is no object of options, options that the call does not have (a misspelt `timestamp` must not read the latest
 * version), and a `signal` that is none.
 *
 * @throws DeltaError `INVALID_ARGUMENT` naming the option
 */
export function checkOptions(call: string, options: object, known: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw invalid(`${call} takes an object of options (${known.join(", ")}), not ${shown(options)}.`);
  }
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw invalid(`${call} has no option '${name}'; it has ${known.join(", ")}.`);
  }
  if ("signal" in options) checkSignal(options.signal as AbortSignal | undefined);
}

/**
 * Refuses what is no whole number from `least` on.
 *
 * @throws DeltaError `INVALID_ARGUMENT` naming the option
 */
export function checkWhole(option: string, value: number | undefined, least: number): void {
  if (value !== undefined && !(Number.isSafeInteger(value) && value >= least)) {
    throw invalid(`'${option}' must be a whole number from ${least} on, not ${shown(value)}.`);
  }
}

/**
 * Refuses what is no array of texts: of a single text, the letters would be taken for names.
 *
 * @throws DeltaError `INVALID_ARGUMENT` naming the option
 */
export function checkNames(option: string, value: readonly string[] | undefined): void {
  if (value === undefined) return;
  if (!Array.isArray(value)) throw invalid(`'${option}' must be an array of names, not ${shown(value)}.`);
  for (const name of value as readonly unknown[]) {
    if (typeof name !== "string") throw invalid(`'${option}' must be an array of names, and has ${shown(name)} in it.`);
  }
}

/** By what is used of it: a signal may come from another realm. */
function checkSignal(signal: AbortSignal | undefined): void {
  if (signal === undefined) return;
  if (typeof signal?.aborted === "boolean" && typeof signal.addEventListener === "function") return;
  throw invalid(`'signal' must be an AbortSignal, not ${shown(signal)}.`);
}

/** A value for a message; of an object, only its kind. */
function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "object" && value !== null ? Object.prototype.toString.call(value) : String(value);
}

function invalid(message: string): DeltaError {
  return new DeltaError("INVALID_ARGUMENT", message);
}
