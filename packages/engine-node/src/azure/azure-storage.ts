import type { Storage } from "@asyncdelta/kernel-core";
import type { HttpClient } from "../http/http-call.js";
import { httpClient } from "../http/http-client.js";
import { objectStorage } from "../object-store/object-storage.js";
import type { AzureOptions, DeltaRsAzureOptions } from "./azure-options.js";
import { azureService } from "./azure-service.js";

/**
 * Containers of Azure Blob Storage and Azure Data Lake Storage Gen2: `az://container/path`,
 * `abfss://container@account.dfs.core.windows.net/path`, `https://account.blob.core.windows.net/container/path`.
 * Requests go through `client`, by default one of its own, which keeps no process alive.
 *
 * @throws DeltaError `INVALID_ARGUMENT` for options that are unknown, of the wrong type or contradictory
 */
export function azureStorage(
  options: (AzureOptions | DeltaRsAzureOptions) & { readonly client?: HttpClient | undefined } = {},
): Storage {
  const { client = httpClient(), ...rest } = options;
  return objectStorage(azureService(rest), client);
}
