import { throwIfAborted } from "@asyncdelta/kernel-core";
import type { Connections } from "./connections.js";
import { type RefusedAnswer, type Retry, RetryPolicy } from "./decide-retry.js";
import { type Answer, Exchange } from "./exchange.js";
import { AttemptFailure } from "./failure.js";
import { hedge } from "./hedge.js";
import { type HttpCall, HttpFailure, HttpRefusal } from "./http-call.js";
import type { HttpSettings } from "./http-options.js";
import type { HttpRequest, HttpResponse } from "./http-request.js";
import type { Limits, Ticket } from "./limits.js";
import type { Measure } from "./measure.js";
import { RETRY_COST, type RetryBudget } from "./retry-budget.js";
import type { ServerTime } from "./server-time.js";
import { shownHeaders } from "./shown-headers.js";
import { type SplitUrl, splitUrl } from "./split-url.js";

/** What all calls of a client share. */
export interface Shared {
  readonly settings: HttpSettings;
  readonly limits: Limits;
  readonly time: ServerTime;
  connections(): Promise<Connections>;
  measure(origin: string): Measure;
  budget(origin: string): RetryBudget;
}

/** Under what a call runs, until its body has been read. */
export interface CallScope {
  readonly signal: AbortSignal;
  /** The error of a call whose signal has aborted. */
  stopped(): Error;
  /** The call is over. */
  leave(): void;
}

interface Prepared extends SplitUrl {
  readonly request: HttpRequest;
  /** By the server's time. */
  readonly signedAt: number;
}

/** A request that waited longer than this, in milliseconds, for its turn is signed anew. */
const LONG_WAIT_MS = 60_000;

/** So much of a refusal is read. */
const REFUSAL_BYTES = 64 * 1024;

/** Bytes a millisecond that an upload has at least: for each more, the answer may take longer. */
const SLOWEST_UPLOAD = 50;

/** One call: its attempts, one after another. */
export class Sending {
  readonly #shared: Shared;
  readonly #call: HttpCall;
  readonly #scope: CallScope;
  /** Attempts made. */
  #attempts = 0;
  /** By the clock; waiting for its turn is not counted. */
  #deadline: number;

  constructor(shared: Shared, call: HttpCall, scope: CallScope) {
    this.#shared = shared;
    this.#call = call;
    this.#scope = scope;
    this.#deadline = shared.settings.clock.now() + shared.settings.callMs;
  }

  /** The accepted answer. */
  async send(): Promise<HttpResponse> {
    const { settings, budget } = this.#shared;
    let policy: RetryPolicy | undefined;
    let isFresh = false;
    for (;;) {
      const prepared = await this.#prepare();
      policy ??= new RetryPolicy(this.#call, settings, budget(prepared.origin));
      const outcome = await this.#attempt(prepared, isFresh);
      if ("body" in outcome) {
        policy.succeeded();
        return this.#response(outcome, prepared.shown);
      }
      const retry = await this.#decide(outcome, policy, prepared);
      if (retry === undefined || retry.waitMs >= this.#deadline - settings.clock.now()) throw this.#error(outcome);
      await settings.clock.sleep(retry.waitMs, { signal: this.#scope.signal });
      isFresh = retry.isFresh ?? false;
    }
  }

  async #prepare(): Promise<Prepared> {
    const { signal } = this.#scope;
    throwIfAborted(signal);
    const signedAt = this.#shared.time.now(this.#call.origin);
    const request = await this.#call.prepare({ index: this.#attempts, now: signedAt, signal });
    throwIfAborted(signal);
    const headers = { "user-agent": this.#shared.settings.userAgent, ...request.headers };
    return { ...splitUrl(request.url), request: { ...request, headers }, signedAt };
  }

  /** Waits for its turn, asks, and reads an answer that is not accepted. */
  async #attempt(prepared: Prepared, isFresh: boolean): Promise<Answer | RefusedAnswer | AttemptFailure> {
    const { limits, settings } = this.#shared;
    const { signal } = this.#scope;
    const connections = await this.#shared.connections();
    const queuedAt = settings.clock.now();
    const ticket = await limits.acquire(prepared.origin, this.#call.expectedBytes ?? 0, signal);
    const waited = settings.clock.now() - queuedAt;
    this.#deadline += waited;
    let current = prepared;
    try {
      if (waited > LONG_WAIT_MS) current = await this.#prepare();
      throwIfAborted(signal);
    } catch (error) {
      ticket.release();
      throw error;
    }
    this.#attempts++;
    // The place is kept until it is known what the answer says of the limit, and then until the body is done with.
    let isJudged = false;
    let isDone = false;
    const onDone = (): void => {
      isDone = true;
      if (isJudged) ticket.release();
    };
    try {
      return await this.#judge(await this.#exchange(connections, current, onDone, isFresh), ticket);
    } catch (error) {
      isDone = true;
      if (error instanceof AttemptFailure) return error;
      throw error;
    } finally {
      isJudged = true;
      if (isDone) ticket.release();
    }
  }

  /** One request, or two where the first is late. */
  #exchange(connections: Connections, prepared: Prepared, onDone: () => void, isFresh: boolean): Promise<Answer> {
    const { settings, limits, measure, budget } = this.#shared;
    const { origin, request } = prepared;
    const first = this.#start(connections, prepared, onDone, isFresh);
    if (settings.hedge === false || request.method !== "GET" || !this.#call.repeatable) return first.answer;
    const afterMs = settings.hedge === true ? measure(origin).lateMs : settings.hedge.afterMs;
    if (afterMs === undefined) return first.answer;
    return hedge(first, afterMs, async () => {
      const { signal } = this.#scope;
      const second = await limits.acquireIfFree(origin, this.#call.expectedBytes ?? 0, signal);
      if (second === undefined) return undefined;
      if (signal.aborted || !budget(origin).take(RETRY_COST)) {
        second.release();
        return undefined;
      }
      return this.#start(connections, prepared, second.release, true);
    });
  }

  #start(connections: Connections, prepared: Prepared, onDone: () => void, isFresh: boolean): Exchange {
    const { settings, measure } = this.#shared;
    const { origin, request, target } = prepared;
    const connection = connections.take(origin, isFresh);
    const left = Math.max(1, this.#deadline - settings.clock.now());
    const attempts = this.#attempts;
    return new Exchange({
      connection,
      request,
      target,
      signal: this.#scope.signal,
      stopped: () => this.#scope.stopped(),
      broken: (cause) => new HttpFailure("broken", attempts, cause),
      measure: measure(origin),
      connectMs: Math.min(left, settings.connectMs),
      firstByteMs: Math.min(left, settings.firstByteMs) + (request.body?.length ?? 0) / SLOWEST_UPLOAD,
      idleMs: settings.idleMs,
      onFree: () => connections.giveBack(connection),
      onDone,
    });
  }

  async #judge(answer: Answer, ticket: Ticket): Promise<Answer | RefusedAnswer> {
    const { status, headers, body } = answer;
    const isAccepted = this.#call.accepts?.(status) ?? (status >= 200 && status < 300);
    if (isAccepted) {
      ticket.succeeded();
      return answer;
    }
    const text = await body.text(REFUSAL_BYTES);
    throwIfAborted(this.#scope.signal);
    const refusal = this.#call.classify(status, headers, text);
    if (refusal.kind === "throttled") ticket.throttled();
    else if (refusal.kind !== "transient") ticket.succeeded();
    return { refusal, status, headers };
  }

  async #decide(
    outcome: RefusedAnswer | AttemptFailure,
    policy: RetryPolicy,
    { origin, signedAt }: Prepared,
  ): Promise<Retry | undefined> {
    if (outcome instanceof AttemptFailure) return policy.afterFailure(outcome);
    const { time } = this.#shared;
    if (outcome.refusal.kind === "expired") {
      if (!policy.mayRenew()) return undefined;
      await this.#call.renew?.(this.#scope.signal);
      return { waitMs: 0 };
    }
    if (outcome.refusal.kind === "skewed") {
      const isCorrected = policy.mayCorrect() && time.learn(origin, outcome.headers, signedAt);
      return isCorrected ? { waitMs: 0 } : undefined;
    }
    return policy.afterRefusal(outcome, time.now(origin));
  }

  #error(outcome: RefusedAnswer | AttemptFailure): Error {
    return outcome instanceof AttemptFailure
      ? new HttpFailure(outcome.kind, this.#attempts, outcome.cause)
      : new HttpRefusal(outcome.refusal, outcome.status, shownHeaders(outcome.headers), this.#attempts);
  }

  #response(answer: Answer, url: string): HttpResponse {
    const { status, headers, body } = answer;
    const attempts = this.#attempts;
    answer.whenDone(() => this.#scope.leave());
    return {
      status,
      headers,
      url,
      body: { [Symbol.asyncIterator]: () => body[Symbol.asyncIterator]() },
      bytes: (limit = Number.MAX_SAFE_INTEGER) =>
        body.bytes(
          limit,
          () =>
            new HttpFailure(
              "protocol",
              attempts,
              new Error(`The body has more than ${limit} bytes, or than there is memory for.`),
            ),
        ),
      cancel: () => body.cancel(),
    };
  }
}
