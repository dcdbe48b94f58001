import { DeltaError, type Storage } from "@asyncdelta/kernel-core";
import type { HttpClient } from "../http/http-call.js";
import { httpClient } from "../http/http-client.js";
import { objectStorage } from "../object-store/object-storage.js";
import { shownUrl } from "../object-store/shown-url.js";
import { httpService } from "./http-service.js";
import { type HttpStoreOptions, httpStoreSettings } from "./http-store-options.js";
import { listLogByProbing } from "./list-log-by-probing.js";
import { redirectingClient } from "./redirecting-client.js";

/**
 * Tables behind any HTTP(S) server, by `https:` and `http:` URLs, for reading. HTTP has no listing: `_delta_log` is
 * explored by asking for one version after another, see {@link listLogByProbing}; no other directory can be listed.
 *
 * @throws DeltaError `INVALID_ARGUMENT` for options that are unknown or of the wrong type
 */
export function httpStorage(options: HttpStoreOptions & { readonly client?: HttpClient | undefined } = {}): Storage {
  const { client = httpClient(), ...own } = options;
  const service = httpService(httpStoreSettings(own));
  const storage = objectStorage(service, redirectingClient(client));
  return {
    ...storage,
    listingOf: () => "probes",
    list: (directory, listing = {}) => listLogByProbing(storage, directory, listing),
    async delete(url) {
      const path = shownUrl(url);
      throw new DeltaError("STORAGE_FAILED", `Tables behind plain HTTP are read only: ${path} was not deleted.`, {
        path,
      });
    },
  };
}
