/** Something about the command line that is wrong; its message says what. */
export class UsageError extends Error {}

/** A failure that its message explains; where in the program it came up does not matter. */
export class CommandFailed extends Error {}

/** A whole number from `least` on. */
export function wholeNumber(name: string, value: string, least = 1): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && Number.isSafeInteger(number) && number >= least) return number;
  throw new UsageError(`--${name} takes a whole number from ${least} on, not '${value}'.`);
}

/** Whole numbers between commas. */
export function wholeNumbers(name: string, value: string, least = 1): number[] {
  return value.split(",").map((part) => wholeNumber(name, part.trim(), least));
}

/** One of several words. */
export function oneOf<T extends string>(name: string, value: string, words: readonly T[]): T {
  const word = words.find((candidate) => candidate === value);
  if (word !== undefined) return word;
  throw new UsageError(`${name} is one of ${words.join(", ")}, not '${value}'.`);
}
