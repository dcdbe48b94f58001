import { type ObjectMeta, type Storage, throwIfAborted } from "@asyncdelta/kernel-core";
import { type HttpClient, HttpRefusal } from "../http/http-call.js";
import type { CreateProof } from "./create-proof.js";
import { headObject } from "./head-object.js";
import { listObjects } from "./list-objects.js";
import { guarded, type Operation, objectError } from "./object-error.js";
import type { ObjectService } from "./object-service.js";
import { readObject, streamObject } from "./read-object.js";
import { readObjectRanges } from "./read-object-ranges.js";
import type { StoreContext } from "./store-context.js";

/**
 * A storage made of what one kind of store knows (`service`) and of a client that sends requests. Keeps the storage
 * contract for all of them: pages ahead, ranges together, answers checked, bodies resumed, creates proved atomic.
 */
export function objectStorage(service: ObjectService, client: HttpClient): Storage {
  const store: StoreContext = { service, client };
  // Loaded by who writes.
  let writing: Promise<{ readonly put: typeof import("./put-object.js").putObject; readonly proof: CreateProof }>;
  const loadWriting = async () => {
    const [{ putObject }, proofs] = await Promise.all([import("./put-object.js"), import("./create-proof.js")]);
    return { put: putObject, proof: new proofs.CreateProof(store) };
  };
  const about = (verb: Operation["verb"], url: string, signal: AbortSignal | undefined): Operation => ({
    verb,
    url,
    store: service.name,
    signal,
  });
  return {
    roundTrip: "costly",
    listingOf: () => (service.list?.isSorted === false ? "whole" : "pages"),
    list: (directory, options = {}) =>
      guardedItems(about("Listing", directory, options.signal), () => listObjects(store, directory, options)),
    read: (url, options = {}) => guarded(about("Reading", url, options.signal), () => readObject(store, url, options)),
    readRanges: (url, ranges, options = {}) =>
      guarded(about("Reading", url, options.signal), () => readObjectRanges(store, url, ranges, options)),
    stream: (url, options = {}) =>
      guardedItems(about("Reading", url, options.signal), () => streamObject(store, url, options)),
    head: (url, { signal } = {}) => guarded(about("Looking up", url, signal), () => headOrNothing(store, url, signal)),
    put: (url, bytes, options) =>
      guarded(about("Writing", url, options.signal), async () => {
        writing ??= loadWriting();
        const { put, proof } = await writing;
        return put(store, proof, url, bytes, options);
      }),
    delete: (url, { signal } = {}) =>
      guarded(about("Deleting", url, signal), async () =>
        (await import("./delete-object.js")).deleteObject(store, url, signal),
      ),
  };
}

async function headOrNothing(
  store: StoreContext,
  url: string,
  signal: AbortSignal | undefined,
): Promise<ObjectMeta | undefined> {
  try {
    return await headObject(store, url, signal);
  } catch (error) {
    if (error instanceof HttpRefusal && error.refusal.kind === "absent") return undefined;
    throw error;
  }
}

/** The same as `guarded` for an iteration; an abort is noticed between two items, too. */
async function* guardedItems<T>(
  operation: Operation,
  items: () => AsyncIterable<T>,
): AsyncGenerator<T, void, undefined> {
  throwIfAborted(operation.signal);
  try {
    for await (const item of items()) {
      yield item;
      throwIfAborted(operation.signal);
    }
  } catch (error) {
    throw objectError(error, operation);
  }
}
