import { inspect } from "node:util";
import { expect } from "vitest";

/** Of the credentials of these tests; signatures differ from request to request. */
export const SECRETS = { key: "SECRETKEYOFTHETEST", token: "TOKENOFTHETEST-" } as const;

/** A secret that the error, one of its causes, or what `console.log` prints of it holds. */
export function secretIn(error: unknown): string | undefined {
  const text = inspect(error, { depth: 12, showHidden: true });
  return [SECRETS.key, SECRETS.token, "Signature="].find((secret) => text.includes(secret));
}

export function expectNoSecret(error: unknown): void {
  expect(secretIn(error)).toBeUndefined();
}
