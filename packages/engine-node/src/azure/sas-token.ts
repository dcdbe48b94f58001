import { encodeValue } from "../cloud/encode-key.js";
import { invalid } from "../cloud/option-names.js";

/** A shared access signature: parameters that are added to the query of each request. */
export interface SasToken {
  /** Encoded, without a question mark. */
  readonly query: string;
  /** The secret part, in both spellings. */
  readonly secrets: readonly string[];
  /** When it ends, where it says so itself. */
  readonly expiration: Date | undefined;
}

/**
 * Reads a signature as the portal shows it, or with its values decoded, as they are also handed around.
 *
 * @throws DeltaError `INVALID_ARGUMENT`, which shows nothing of the text
 */
export function parseSasToken(text: string): SasToken {
  const pairs = text
    .trim()
    .replace(/^\?/, "")
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const equals = pair.indexOf("=");
      if (equals <= 0) throw invalid("The Azure sasToken must consist of name=value, with & between.");
      return [pair.slice(0, equals), decoded(pair.slice(equals + 1))] as const;
    });
  const values = new Map(pairs);
  const signature = values.get("sig");
  if (!signature) throw invalid("The Azure sasToken has no signature (sig=…).");
  const end = Date.parse(values.get("se") ?? "");
  return {
    query: pairs.map(([name, value]) => `${name}=${encodeValue(value)}`).join("&"),
    secrets: [signature, encodeValue(signature)],
    expiration: Number.isNaN(end) ? undefined : new Date(end),
  };
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw invalid("The Azure sasToken is not percent-encoded as it should be.");
  }
}
