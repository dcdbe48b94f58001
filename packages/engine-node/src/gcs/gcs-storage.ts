import type { Storage } from "@asyncdelta/kernel-core";
import type { HttpClient } from "../http/http-call.js";
import { httpClient } from "../http/http-client.js";
import { objectStorage } from "../object-store/object-storage.js";
import type { DeltaRsGcsOptions, GcsOptions } from "./gcs-options.js";
import { gcsService } from "./gcs-service.js";

/**
 * Buckets of Google Cloud Storage: `gs://bucket/path`. Requests go through `client`, by default one of its own, which keeps
 * no process alive.
 *
 * @throws DeltaError `INVALID_ARGUMENT` for options that are unknown, of the wrong type or contradictory
 */
export function gcsStorage(
  options: (GcsOptions | DeltaRsGcsOptions) & { readonly client?: HttpClient | undefined } = {},
): Storage {
  const { client = httpClient(), ...rest } = options;
  return objectStorage(gcsService(rest), client);
}
