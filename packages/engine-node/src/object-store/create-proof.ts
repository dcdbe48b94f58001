import { randomBytes } from "node:crypto";
import { DeltaError, throwIfAborted } from "@asyncdelta/kernel-core";
import { HttpRefusal } from "../http/http-call.js";
import { temporaryName } from "../storage/temporary-name.js";
import { deleteObject } from "./delete-object.js";
import { createRequest, sendPut } from "./put-object.js";
import { shownUrl } from "./shown-url.js";
import type { StoreContext } from "./store-context.js";

const PROBE = new TextEncoder().encode(
  "Whether this store creates objects without replacing others. May be deleted.\n",
);

/**
 * The proof that a store heeds the condition "only if there is none". Some that speak S3 do not: they overwrite without
 * a word, and of two commits of one version the first would be lost. So before the first create in a bucket or
 * container a small object is created beside the wanted one, under a name of its own, and created again: a store that
 * lets this happen is refused. The object is then deleted.
 */
export class CreateProof {
  readonly #store: StoreContext;
  /** By scheme and authority of the storage URL: the bucket or container. */
  readonly #proofs = new Map<string, Promise<boolean>>();

  constructor(store: StoreContext) {
    this.#store = store;
  }

  /** Throws `STORAGE_FAILED`, before anything is written to `url`, unless creates there are atomic. */
  async check(url: string, signal: AbortSignal | undefined): Promise<void> {
    const bucket = bucketOf(url);
    for (;;) {
      const known = this.#proofs.get(bucket);
      const proof = known ?? this.#begin(bucket, url, signal);
      let heeds: boolean;
      try {
        heeds = await proof;
      } catch (error) {
        // The one that another caller began, and could not end, says nothing of ours.
        if (known === undefined) throw error;
        throwIfAborted(signal);
        continue;
      }
      throwIfAborted(signal);
      if (heeds) return;
      throw ignoredError(this.#store.service.name, url);
    }
  }

  #begin(bucket: string, url: string, signal: AbortSignal | undefined): Promise<boolean> {
    const proof = heedsCondition(this.#store, url.slice(0, url.lastIndexOf("/") + 1), signal);
    this.#proofs.set(bucket, proof);
    proof.catch(() => this.#proofs.delete(bucket));
    return proof;
  }
}

async function heedsCondition(
  store: StoreContext,
  directory: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const url = directory + temporaryName(randomBytes(8));
  const request = createRequest(store, url, PROBE);
  try {
    for (let times = 0; times < 2; times++) {
      try {
        await sendPut(store, request, signal);
      } catch (error) {
        if (error instanceof HttpRefusal && error.refusal.kind === "precondition") return true;
        throw error;
      }
    }
    return false;
  } finally {
    // Also after an abort. Who may write but not delete leaves a small object behind, which no reader looks at.
    await deleteObject(store, url, undefined).catch(() => {});
  }
}

function bucketOf(url: string): string {
  return /^[^/]*\/\/[^/]*/.exec(url)?.[0] ?? url;
}

function ignoredError(name: string, url: string): DeltaError {
  const path = shownUrl(url);
  const message = `${path}: this store (${name}) ignores the condition that an object is created only if there is none, so that of two commits one could be lost. Nothing was written. Use a store or a version of it with conditional writes.`;
  return new DeltaError("STORAGE_FAILED", message, { path });
}
