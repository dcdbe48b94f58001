import type { ObjectMeta } from "@asyncdelta/kernel-core";
import { ask } from "./ask.js";
import { parseContentLength } from "./content-range.js";
import { wrongAnswer } from "./object-error.js";
import type { StoreContext } from "./store-context.js";

/** Size, time and etag of an object. Throws the store's refusal where there is none. */
export async function headObject(
  store: StoreContext,
  url: string,
  signal: AbortSignal | undefined,
): Promise<ObjectMeta> {
  const { service } = store;
  const response = await ask(store, { method: "HEAD", url: service.objectUrl(url), headers: {} }, { signal });
  await response.cancel();
  const { headers } = response;
  const size = parseContentLength(headers["content-length"]);
  if (size === undefined) throw wrongAnswer(url, "it does not tell the object's length");
  const etag = service.etagOf(headers);
  const lastModified = service.lastModifiedOf?.(headers) ?? Date.parse(headers["last-modified"] ?? "");
  return {
    url,
    size,
    lastModified: Number.isNaN(lastModified) ? 0 : lastModified,
    ...(etag === undefined ? {} : { etag }),
  };
}
