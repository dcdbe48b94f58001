import { setMaxListeners } from "node:events";
import { isDeltaError } from "@asyncdelta/kernel-core";
import { onAbort } from "@asyncdelta/parallel";
import { closedError } from "./closed-error.js";
import { ScopedIterator } from "./scoped-iterator.js";

/** A signal that aborts with a caller's signal, and with the scope. Shared by all that run under the caller's one. */
interface Link {
  readonly controller: AbortController;
  readonly unlink: () => void;
  users: number;
}

/**
 * Everything that an engine has under way. Closing it aborts all of it and waits until nothing runs any more; what was cut
 * off, and whatever is asked for later, fails with `CLOSED`.
 */
export class ClosingScope {
  readonly #links = new Map<AbortSignal | undefined, Link>();
  readonly #iterators = new Set<ScopedIterator<unknown>>();
  #closed: Promise<void> | undefined;
  #quiet: (() => void) | undefined;

  get isClosed(): boolean {
    return this.#closed !== undefined;
  }

  /** Runs work under a signal that aborts when the caller's does, or when the scope is closed. */
  async run<T>(signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const linked = this.enter(signal);
    try {
      return await work(linked);
    } catch (error) {
      throw this.explain(error, signal);
    } finally {
      this.leave(signal);
    }
  }

  /** The same for an iterable; lazily, as the iterable itself. */
  iterate<T>(signal: AbortSignal | undefined, open: (signal: AbortSignal) => AsyncIterable<T>): AsyncIterable<T> {
    return { [Symbol.asyncIterator]: () => new ScopedIterator(this, signal, open) };
  }

  /** Ends everything. Resolves when all is quiet; safe to repeat. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    // Set before anything that is aborted looks at it.
    await undefined;
    const reason = closedError();
    for (const { controller } of this.#links.values()) controller.abort(reason);
    await Promise.all([...this.#iterators].map((iterator) => iterator.end()));
    if (this.#links.size > 0) {
      await new Promise<void>((resolve) => {
        this.#quiet = resolve;
      });
    }
  }

  /** Begins something under a caller's signal; whoever does so leaves again. Throws `CLOSED`. */
  enter(signal: AbortSignal | undefined): AbortSignal {
    if (this.isClosed) throw closedError();
    let link = this.#links.get(signal);
    if (link === undefined) {
      link = newLink(signal);
      this.#links.set(signal, link);
    }
    link.users++;
    return link.controller.signal;
  }

  leave(signal: AbortSignal | undefined): void {
    const link = this.#links.get(signal)!;
    if (--link.users > 0) return;
    link.unlink();
    this.#links.delete(signal);
    if (this.#links.size === 0) this.#quiet?.();
  }

  register(iterator: ScopedIterator<unknown>): void {
    this.#iterators.add(iterator);
  }

  unregister(iterator: ScopedIterator<unknown>): void {
    this.#iterators.delete(iterator);
  }

  /** What a failure is: an abort by the closing is told as such, but the caller's own abort comes first. */
  explain(error: unknown, signal: AbortSignal | undefined): unknown {
    const cutOff = this.isClosed && !signal?.aborted && isDeltaError(error, "ABORTED");
    return cutOff ? closedError() : error;
  }
}

function newLink(signal: AbortSignal | undefined): Link {
  const controller = new AbortController();
  // Each operation under way listens to it.
  setMaxListeners(0, controller.signal);
  if (signal?.aborted) controller.abort(signal.reason);
  return { controller, users: 0, unlink: onAbort(signal, () => controller.abort(signal?.reason)) };
}
