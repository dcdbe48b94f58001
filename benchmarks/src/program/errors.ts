import { isDeltaError } from "@asyncdelta/kernel-core";

/** Something about the command line that is wrong; its message says what. */
export class UsageError extends Error {}

/** A failure that its message explains; where in the program it came up does not matter. */
export class CommandFailed extends Error {}

/**
 * What to tell of an error that its message explains: one of this library's, or one of the system's, of a missing file for
 * instance. Undefined for any other, which is a mistake in the program, and of which the stack tells more.
 */
export function explanation(error: unknown): string | undefined {
  if (error instanceof CommandFailed) return error.message;
  if (isDeltaError(error)) return `${error.message} (${error.code})`;
  if (!(error instanceof Error)) return undefined;
  const { message, code } = error as NodeJS.ErrnoException;
  // ENOENT and the like; Node's own codes (ERR_…) are of wrong calls.
  if (!/^E[A-Z0-9]+$/.test(String(code))) return undefined;
  return message.includes(code!) ? message : `${message} (${code})`;
}

/** A whole number from `least` on, and up to `most`. */
export function wholeNumber(name: string, value: string, least = 1, most: number = Number.MAX_SAFE_INTEGER): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= least && number <= most) return number;
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least} on` : `from ${least} to ${most}`;
  throw new UsageError(`--${name} takes a whole number ${range}, not '${value}'.`);
}

/** Whole numbers between commas. */
export function wholeNumbers(name: string, value: string, least = 1, most?: number): number[] {
  return value.split(",").map((part) => wholeNumber(name, part.trim(), least, most));
}

/** One of several words. */
export function oneOf<T extends string>(name: string, value: string, words: readonly T[]): T {
  const word = words.find((candidate) => candidate === value);
  if (word !== undefined) return word;
  throw new UsageError(`${name} is one of ${words.join(", ")}, not '${value}'.`);
}
