import { backoff } from "./backoff.js";
import type { AttemptFailure } from "./failure.js";
import type { HttpCall, Refusal } from "./http-call.js";
import type { HttpHeaders } from "./http-request.js";
import { retryAfter } from "./retry-after.js";
import { RETRY_COST, type RetryBudget, TIMEOUT_COST } from "./retry-budget.js";

/** An answer that was not accepted. */
export interface RefusedAnswer {
  readonly refusal: Refusal;
  readonly status: number;
  readonly headers: HttpHeaders;
}

interface RetrySettings {
  readonly random: () => number;
  readonly retries: number;
  readonly backoffMs: number;
  readonly longestBackoffMs: number;
}

/** What to do before the next attempt. */
export interface Retry {
  readonly waitMs: number;
  /** On a new connection, since the old ones may all be dead. */
  readonly isFresh?: boolean;
}

/** A name that is not there seldom appears within a call. */
const DNS_RETRIES = 2;

/** Decides, for one call, whether an attempt that failed is worth another. */
export class RetryPolicy {
  readonly #call: HttpCall;
  readonly #settings: RetrySettings;
  readonly #budget: RetryBudget;
  #retries = 0;
  #hasRenewed = false;
  #hasCorrected = false;
  #lastCost = 0;

  constructor(call: HttpCall, settings: RetrySettings, budget: RetryBudget) {
    this.#call = call;
    this.#settings = settings;
    this.#budget = budget;
  }

  succeeded(): void {
    this.#budget.giveBack(this.#lastCost);
  }

  /** `undefined`: no. */
  afterFailure(failure: AttemptFailure): Retry | undefined {
    const { repeatable } = this.#call;
    if (failure.permanent || (failure.sent && !repeatable)) return undefined;
    // The server had closed an idle socket: nobody's failure.
    if (failure.stale) return { waitMs: 0, isFresh: true };
    if (failure.kind === "dns" && this.#retries >= DNS_RETRIES) return undefined;
    return this.#retry(failure.kind === "timeout" ? TIMEOUT_COST : RETRY_COST, 0);
  }

  /** `now` is the server's time. */
  afterRefusal({ refusal, headers }: RefusedAnswer, now: number): Retry | undefined {
    const asked = retryAfter(headers, now) ?? 0;
    switch (refusal.kind) {
      case "transient":
        return this.#call.repeatable ? this.#retry(RETRY_COST, asked) : undefined;
      // Not done, says the server, so asking again is safe. Throttling is answered by fewer requests at once, not by giving up.
      case "throttled":
      case "conflict":
        return this.#retry(0, asked);
      default:
        return undefined;
    }
  }

  /** Whether to renew the credentials and ask again: once. */
  mayRenew(): boolean {
    const may = this.#call.renew !== undefined && !this.#hasRenewed;
    this.#hasRenewed = true;
    return may;
  }

  /** Whether to correct the clock and ask again: once. */
  mayCorrect(): boolean {
    const may = !this.#hasCorrected;
    this.#hasCorrected = true;
    return may;
  }

  #retry(cost: number, asked: number): Retry | undefined {
    if (this.#retries >= this.#settings.retries || !this.#budget.take(cost)) return undefined;
    this.#lastCost = cost;
    return { waitMs: Math.max(asked, backoff(this.#retries++, this.#settings.random, this.#settings)) };
  }
}
