import { DeltaError, isDeltaError } from "@asyncdelta/kernel-core";

/** Credentials that end at a time, or hold for good where they have none. */
export interface Expiring {
  readonly expiration?: Date | undefined;
}

/** The credentials of one store: fetched when first needed, shared by all requests, and replaced ahead of their end. */
export interface CachedCredentials<C extends Expiring> {
  /**
   * Those at hand, at once, or new ones. `now` is in milliseconds since 1970 by the clock that decides about their end, the server's.
   *
   * @throws DeltaError `ACCESS_DENIED` where the provider fails, `ABORTED`
   */
  get(now: number, signal: AbortSignal | undefined): C | Promise<C>;
  /**
   * Replaces those at hand, which the store has refused. Given which ones were `refused`, others that have come since
   * stay, so that a hundred refusals at once cost one refresh.
   */
  renew(signal: AbortSignal | undefined, refused?: C): Promise<void>;
}

/** Replaced this long before they end, while they still serve. */
const AHEAD_MS = 300_000;
/** Where the provider keeps giving ones that end soon, as instance metadata does, it is not asked more often than this. */
const AGAIN_MS = 10_000;

/**
 * Keeps what a provider function returns. One call of it is under way at most, however many requests wait for it; a
 * request that is aborted stops waiting, and the call goes on for the others.
 */
export function cachedCredentials<C extends Expiring>(provider: () => Promise<C>): CachedCredentials<C> {
  let held: C | undefined;
  let refresh: Promise<C> | undefined;
  let notBefore = Number.NEGATIVE_INFINITY;

  function start(): Promise<C> {
    refresh ??= fetchNew().finally(() => {
      refresh = undefined;
    });
    return refresh;
  }

  async function fetchNew(): Promise<C> {
    try {
      held = await provider();
      return held;
    } catch (error) {
      throw isDeltaError(error) ? error : refused(error);
    }
  }

  return {
    get(now, signal) {
      const left = held === undefined ? 0 : endOf(held) - now;
      if (held === undefined || left <= 0) return unlessAborted(start(), signal);
      if (left < AHEAD_MS && now >= notBefore) {
        notBefore = now + AGAIN_MS;
        // Those at hand still serve: nobody waits, and a failure counts only once they have ended.
        start().catch(() => {});
      }
      return held;
    },
    async renew(signal, refused) {
      if (refused !== undefined && held !== undefined && held !== refused) return;
      if (refresh === undefined) held = undefined;
      await unlessAborted(start(), signal);
    },
  };
}

function endOf(credentials: Expiring): number {
  return credentials.expiration?.getTime() ?? Number.POSITIVE_INFINITY;
}

function refused(cause: unknown): DeltaError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new DeltaError("ACCESS_DENIED", `The provider of credentials failed: ${why}`, { cause });
}

/** Waits no longer than the signal lets it. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = (): void =>
      reject(new DeltaError("ABORTED", "Aborted while waiting for credentials.", { cause: signal.reason }));
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
