import { DeltaError } from "@asyncdelta/kernel-core";

/**
 * Refuses options that the call does not have: a misspelt `timestamp` must not read the latest version.
 *
 * @throws DeltaError `INVALID_ARGUMENT` naming the option
 */
export function checkOptions(call: string, options: object, known: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) {
      throw new DeltaError("INVALID_ARGUMENT", `${call} has no option '${name}'; it has ${known.join(", ")}.`);
    }
  }
}

/**
 * Refuses what is no whole number from `least` on.
 *
 * @throws DeltaError `INVALID_ARGUMENT` naming the option
 */
export function checkWhole(option: string, value: number | undefined, least: number): void {
  if (value !== undefined && !(Number.isSafeInteger(value) && value >= least)) {
    throw new DeltaError("INVALID_ARGUMENT", `'${option}' must be a whole number from ${least} on, not ${value}.`);
  }
}
