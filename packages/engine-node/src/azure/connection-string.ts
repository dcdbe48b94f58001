import { type Given, invalid } from "../cloud/option-names.js";
import type { AzureOptions } from "./azure-options.js";

/**
 * The options that a connection string stands for: `AccountName=…;AccountKey=…;EndpointSuffix=core.windows.net`.
 *
 * @throws DeltaError `INVALID_ARGUMENT`, which shows nothing of the text
 */
export function optionsOfConnectionString(text: string): Given<keyof AzureOptions> {
  const parts = new Map<string, string>();
  for (const part of text.split(";")) {
    if (part.trim() === "") continue;
    // Keys and signatures have equals signs of their own.
    const equals = part.indexOf("=");
    if (equals <= 0) throw invalid("The Azure connection string must consist of Name=Value, with semicolons between.");
    parts.set(part.slice(0, equals).trim().toLowerCase(), part.slice(equals + 1).trim());
  }
  if (parts.get("usedevelopmentstorage")?.toLowerCase() === "true") return { useEmulator: true };
  const accountName = parts.get("accountname");
  const endpoint = parts.get("blobendpoint") ?? endpointOf(accountName, parts);
  if (endpoint === undefined) throw invalid("The Azure connection string has neither AccountName nor BlobEndpoint.");
  return {
    accountName: accountName || undefined,
    accountKey: parts.get("accountkey") || undefined,
    sasToken: parts.get("sharedaccesssignature") || undefined,
    endpoint,
  };
}

function endpointOf(account: string | undefined, parts: ReadonlyMap<string, string>): string | undefined {
  if (account === undefined) return undefined;
  const protocol = parts.get("defaultendpointsprotocol") ?? "https";
  return `${protocol}://${account}.blob.${parts.get("endpointsuffix") ?? "core.windows.net"}`;
}
