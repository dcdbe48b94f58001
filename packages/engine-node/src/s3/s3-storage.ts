import type { Storage } from "@asyncdelta/kernel-core";
import type { HttpClient } from "../http/http-call.js";
import { httpClient } from "../http/http-client.js";
import { objectStorage } from "../object-store/object-storage.js";
import type { DeltaRsS3Options, S3Options } from "./s3-options.js";
import { s3Service } from "./s3-service.js";

/**
 * A storage of `s3:` and `s3a:` URLs, in any bucket that the credentials open. Requests go through `client`, by default
 * one of its own, which keeps no process alive.
 *
 * @throws DeltaError `INVALID_ARGUMENT` for options that are unknown, of the wrong type or contradictory
 */
export function s3Storage(
  options: S3Options & DeltaRsS3Options & { readonly client?: HttpClient | undefined } = {},
): Storage {
  const { client = httpClient(), ...rest } = options;
  return objectStorage(s3Service(rest), client);
}
