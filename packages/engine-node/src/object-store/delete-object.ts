import { HttpRefusal } from "../http/http-call.js";
import { ask } from "./ask.js";
import type { StoreContext } from "./store-context.js";

/** `Storage.delete` of an object store. */
export async function deleteObject(store: StoreContext, url: string, signal: AbortSignal | undefined): Promise<void> {
  try {
    const response = await ask(store, { method: "DELETE", url: store.service.objectUrl(url), headers: {} }, { signal });
    await response.cancel();
  } catch (error) {
    if (!(error instanceof HttpRefusal && error.refusal.kind === "absent")) throw error;
  }
}
