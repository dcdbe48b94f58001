import { type DeltaErrorCode, isDeltaError } from "../../errors.js";

/** Throws unless both are the same JSON-like value; byte arrays are compared by their bytes. */
export function checkEqual(actual: unknown, expected: unknown, what: string): void {
  const [a, b] = [textOf(actual), textOf(expected)];
  if (a !== b) throw new Error(`${what}: got ${shorten(a)}, expected ${shorten(b)}`);
}

/** Throws unless `condition` holds. */
export function check(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

/** Throws unless the work fails with this code. */
export async function checkFails(work: () => Promise<unknown>, code: DeltaErrorCode, what: string): Promise<void> {
  let result: unknown;
  try {
    result = await work();
  } catch (error) {
    if (isDeltaError(error, code)) return;
    throw new Error(`${what}: expected a DeltaError ${code}, got ${error}`, { cause: error });
  }
  throw new Error(`${what}: expected a DeltaError ${code}, got the result ${shorten(textOf(result))}`);
}

function textOf(value: unknown): string {
  if (value instanceof Uint8Array) return hex(value);
  return JSON.stringify(value, (_key, part) => (part instanceof Uint8Array ? hex(part) : part)) ?? String(value);
}

function hex(bytes: Uint8Array): string {
  let text = "bytes ";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}

function shorten(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}… (${text.length} characters)` : text;
}
