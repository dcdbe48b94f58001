import { DeltaError, isDeltaError, type PutOptions } from "@asyncdelta/kernel-core";
import { HttpFailure, HttpRefusal } from "../http/http-call.js";
import type { HttpRequest } from "../http/http-request.js";
import { ask } from "./ask.js";
import type { CreateProof } from "./create-proof.js";
import { holds } from "./holds.js";
import { shownUrl } from "./shown-url.js";
import type { StoreContext } from "./store-context.js";

/** Kinds of failure after which the store certainly has not got the request. */
const NEVER_ARRIVED: ReadonlySet<HttpFailure["kind"]> = new Set(["dns", "tls", "refused"]);

/** `Storage.put` of an object store. */
export async function putObject(
  store: StoreContext,
  proof: CreateProof,
  url: string,
  bytes: Uint8Array,
  { mode, signal }: PutOptions,
): Promise<"created" | "exists" | "overwritten"> {
  if (mode === "overwrite") {
    await sendPut(store, putRequest(store, url, bytes), signal);
    return "overwritten";
  }
  await proof.check(url, signal);
  try {
    await sendPut(store, createRequest(store, url, bytes), signal);
    return "created";
  } catch (error) {
    const doubt = doubtOf(error);
    if (doubt === "none") throw error;
    if (doubt === "taken") return "exists";
    return settle(store, url, bytes, error, signal);
  }
}

/** A PUT that creates and never replaces. Throws where the store has no such thing, before anything is sent. */
export function createRequest(store: StoreContext, url: string, bytes: Uint8Array): HttpRequest {
  const { ifAbsent, name } = store.service;
  if (ifAbsent !== undefined) return ifAbsent(putRequest(store, url, bytes));
  const message = `${name} cannot create an object without the danger of replacing another, and a commit could be lost. Nothing was written to ${shownUrl(url)}.`;
  throw new DeltaError("STORAGE_FAILED", message, { path: shownUrl(url) });
}

export async function sendPut(
  store: StoreContext,
  request: HttpRequest,
  signal: AbortSignal | undefined,
): Promise<void> {
  const response = await ask(store, request, { signal });
  await response.cancel();
}

function putRequest({ service }: StoreContext, url: string, body: Uint8Array): HttpRequest {
  return service.putRequest({ method: "PUT", url: service.objectUrl(url), headers: {}, body });
}

/**
 * What a failed create leaves open: nothing (it certainly wrote nothing), that another object was there, or whether it
 * was this very create that wrote.
 *
 * A request may have been carried out although its answer was lost. It is sent again, and then the store says that the
 * object exists: it may be our own.
 */
function doubtOf(error: unknown): "none" | "taken" | "ours?" {
  if (error instanceof HttpRefusal) {
    const { kind } = error.refusal;
    if (kind === "precondition") return error.attempts === 1 ? "taken" : "ours?";
    // A 500 says nothing about whether the object was written, and neither does another write under way.
    return error.attempts > 1 || kind === "transient" || kind === "conflict" ? "ours?" : "none";
  }
  if (error instanceof HttpFailure) {
    return error.attempts > 1 || !NEVER_ARRIVED.has(error.kind) ? "ours?" : "none";
  }
  return "none";
}

/**
 * Looks whose object is there. One that has our bytes is taken for ours. If another writer should have created the very
 * same bytes, then both are told that they did, which is harmless: the object says what each of them wanted it to say
 * (and two commits never have the same bytes, as each names files, a time or a transaction of its own). One that has
 * other bytes is not ours, whatever became of our request: it cannot have replaced ours, nor ours it.
 */
async function settle(
  store: StoreContext,
  url: string,
  bytes: Uint8Array,
  failure: unknown,
  signal: AbortSignal | undefined,
): Promise<"created" | "exists"> {
  let found: boolean | undefined;
  try {
    found = await holds(store, url, bytes, signal);
  } catch (error) {
    if (isDeltaError(error, "ABORTED") || isDeltaError(error, "CLOSED")) throw error;
    throw unsettled(url, failure);
  }
  // The last refusal was certain, so that with no object there nothing was written, nor will be.
  if (found === undefined && failure instanceof HttpRefusal && isCertain(failure)) throw failure;
  if (found === undefined) throw unsettled(url, failure);
  return found ? "created" : "exists";
}

function isCertain({ refusal }: HttpRefusal): boolean {
  return refusal.kind === "denied" || refusal.kind === "expired" || refusal.kind === "absent";
}

function unsettled(url: string, cause: unknown): DeltaError {
  const path = shownUrl(url);
  const message = `Writing ${path}: no answer came that says whether it was written (${(cause as Error).message}). Look whether it is there, and what it holds, before you try again.`;
  return new DeltaError("STORAGE_FAILED", message, { path, cause });
}
