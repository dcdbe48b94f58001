import { abortedError, throwIfAborted } from "@asyncdelta/kernel-core";
import type { ClosingScope } from "../closing/closing-scope.js";
import type { Connection } from "./connection.js";
import type { Connections } from "./connections.js";
import { type RefusedAnswer, type Retry, RetryPolicy } from "./decide-retry.js";
import { type Answer, Exchange } from "./exchange.js";
import { AttemptFailure } from "./failure.js";
import { hedge } from "./hedge.js";
import { HttpAnswer } from "./http-answer.js";
import { type HttpCall, HttpFailure, HttpRefusal } from "./http-call.js";
import type { HttpSettings } from "./http-options.js";
import type { HttpRequest, HttpResponse } from "./http-request.js";
import type { Limits, Ticket } from "./limits.js";
import type { Measure } from "./measure.js";
import type { Pace } from "./pace.js";
import { RETRY_COST, type RetryBudget } from "./retry-budget.js";
import type { ServerTime } from "./server-time.js";
import { shownHeaders } from "./shown-headers.js";
import { type SplitUrl, splitUrl } from "./split-url.js";

/** What all calls of a client share. */
export interface Shared {
  readonly settings: HttpSettings;
  readonly scope: ClosingScope;
  readonly limits: Limits;
  readonly pace: Pace;
  readonly time: ServerTime;
  /** At once where they have been used before. */
  connections(): Connections | Promise<Connections>;
  origin(origin: string): OriginState;
  /** Told of each request that is on its way, with the promise of its answer. */
  sent(answer: Promise<unknown>): void;
}

/** What is known of an origin. */
export interface OriginState {
  readonly measure: Measure;
  readonly budget: RetryBudget;
}

interface Prepared {
  readonly url: SplitUrl;
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

/**
 * One call: its attempts, one after another. There may be a thousand at once, which run once and cold: what can be done without
 * waiting is done without a promise.
 */
export class Sending {
  readonly #shared: Shared;
  readonly #call: HttpCall;
  /** Aborts with the call's own signal, and when the client is closed. */
  readonly #signal: AbortSignal;
  /** Attempts made. */
  #attempts = 0;
  /** By the clock; waiting for its turn is not counted. */
  #deadline: number;

  /** The client's scope is entered here, and left by what fails, or else when the body has been read. */
  constructor(shared: Shared, call: HttpCall) {
    this.#shared = shared;
    this.#call = call;
    this.#signal = shared.scope.enter(call.signal);
    this.#deadline = shared.settings.clock.now() + shared.settings.callMs;
  }

  /** The accepted answer. */
  async send(): Promise<HttpResponse> {
    try {
      // Opened while the request is being signed.
      const opening = this.#shared.connections();
      if (opening instanceof Promise) opening.catch(() => {});
      const turn = this.#shared.pace.turn();
      if (turn !== undefined) await turn;
      return await this.#send();
    } catch (error) {
      this.#leave();
      throw this.#signal.aborted ? this.#stopped() : error;
    }
  }

  async #send(): Promise<HttpResponse> {
    const { settings } = this.#shared;
    let policy: RetryPolicy | undefined;
    let isFresh = false;
    for (;;) {
      const preparing = this.#prepare();
      const prepared = preparing instanceof Promise ? await preparing : preparing;
      const outcome = await this.#attempt(prepared, isFresh);
      const { budget } = this.#shared.origin(prepared.url.origin);
      if ("body" in outcome) {
        if (policy === undefined) budget.giveBack(0);
        else policy.succeeded();
        return this.#accepted(outcome, prepared.url.shown);
      }
      policy ??= new RetryPolicy(this.#call, settings, budget);
      const retry = await this.#decide(outcome, policy, prepared);
      if (retry === undefined || retry.waitMs >= this.#deadline - settings.clock.now()) throw this.#error(outcome);
      await settings.clock.sleep(retry.waitMs, { signal: this.#signal });
      isFresh = retry.isFresh ?? false;
    }
  }

  #prepare(): Prepared | Promise<Prepared> {
    throwIfAborted(this.#signal);
    const signedAt = this.#shared.time.now(this.#call.origin);
    const request = this.#call.prepare({ index: this.#attempts, now: signedAt, signal: this.#signal });
    return request instanceof Promise
      ? request.then((prepared) => this.#prepared(prepared, signedAt))
      : this.#prepared(request, signedAt);
  }

  #prepared(request: HttpRequest, signedAt: number): Prepared {
    throwIfAborted(this.#signal);
    const headers = { "user-agent": this.#shared.settings.userAgent, ...request.headers };
    return { url: splitUrl(request.url), request: { ...request, headers }, signedAt };
  }

  /** Waits for its turn, asks, and reads an answer that is not accepted. */
  async #attempt(prepared: Prepared, isFresh: boolean): Promise<Answer | RefusedAnswer | AttemptFailure> {
    const opening = this.#shared.connections();
    const connections = opening instanceof Promise ? await opening : opening;
    throwIfAborted(this.#signal);
    const { origin } = prepared.url;
    let current = prepared;
    let ticket = this.#shared.limits.tryAcquire(origin, this.#call.expectedBytes ?? 0);
    if (ticket === undefined) ({ ticket, current } = await this.#waitForTurn(prepared));
    this.#attempts++;
    try {
      const answer = await this.#exchange(connections, current, ticket, isFresh);
      if (!this.#isAccepted(answer.status)) return await this.#judge(answer, ticket);
      ticket.succeeded();
      return answer;
    } catch (error) {
      ticket.done();
      if (error instanceof AttemptFailure) return error;
      throw error;
    } finally {
      ticket.judged();
    }
  }

  /** Its place among the others' requests; and the request, anew where that took so long that its signature is old. */
  async #waitForTurn(prepared: Prepared): Promise<{ readonly ticket: Ticket; readonly current: Prepared }> {
    const { limits, settings } = this.#shared;
    const queuedAt = settings.clock.now();
    const ticket = await limits.acquire(prepared.url.origin, this.#call.expectedBytes ?? 0, this.#signal);
    const waited = settings.clock.now() - queuedAt;
    this.#deadline += waited;
    try {
      const current = waited > LONG_WAIT_MS ? await this.#prepare() : prepared;
      throwIfAborted(this.#signal);
      return { ticket, current };
    } catch (error) {
      ticket.release();
      throw error;
    }
  }

  /** One request, or two where the first is late. */
  #exchange(connections: Connections, prepared: Prepared, ticket: Ticket, isFresh: boolean): Promise<Answer> {
    const { settings, limits } = this.#shared;
    const { url, request } = prepared;
    const { measure, budget } = this.#shared.origin(url.origin);
    const first = this.#start(connections, prepared, ticket.done, isFresh);
    if (settings.hedge === false || request.method !== "GET" || !this.#call.repeatable) return first.answer;
    const afterMs = settings.hedge === true ? measure.lateMs : settings.hedge.afterMs;
    if (afterMs === undefined) return first.answer;
    return hedge(first, afterMs, () => {
      const second = limits.tryAcquire(url.origin, this.#call.expectedBytes ?? 0);
      if (second === undefined) return undefined;
      if (this.#signal.aborted || !budget.take(RETRY_COST)) {
        second.release();
        return undefined;
      }
      return this.#start(connections, prepared, () => second.release(), true);
    });
  }

  #start(connections: Connections, { url, request }: Prepared, onDone: () => void, isFresh: boolean): Exchange {
    const { settings } = this.#shared;
    const left = Math.max(1, this.#deadline - settings.clock.now());
    const attempts = this.#attempts;
    const exchange: Exchange = new Exchange({
      connection: connections.take(url.origin, isFresh),
      request,
      target: url.target,
      signal: this.#signal,
      stopped: () => this.#stopped(),
      broken: (cause) => new HttpFailure("broken", attempts, cause),
      measure: this.#shared.origin(url.origin).measure,
      connectMs: Math.min(left, settings.connectMs),
      firstByteMs: Math.min(left, settings.firstByteMs) + (request.body?.length ?? 0) / SLOWEST_UPLOAD,
      idleMs: settings.idleMs,
      onSent: () => this.#shared.sent(exchange.answer),
      onFree: (connection: Connection) => connections.giveBack(connection),
      onDone,
    });
    return exchange;
  }

  #isAccepted(status: number): boolean {
    return this.#call.accepts?.(status) ?? (status >= 200 && status < 300);
  }

  async #judge({ status, headers, body }: Answer, ticket: Ticket): Promise<RefusedAnswer> {
    const text = await body.text(REFUSAL_BYTES);
    throwIfAborted(this.#signal);
    const refusal = this.#call.classify(status, headers, text);
    if (refusal.kind === "throttled") ticket.throttled();
    else if (refusal.kind !== "transient") ticket.succeeded();
    return { refusal, status, headers };
  }

  async #decide(
    outcome: RefusedAnswer | AttemptFailure,
    policy: RetryPolicy,
    { url: { origin }, signedAt }: Prepared,
  ): Promise<Retry | undefined> {
    if (outcome instanceof AttemptFailure) return policy.afterFailure(outcome);
    const { time } = this.#shared;
    if (outcome.refusal.kind === "expired") {
      if (!policy.mayRenew()) return undefined;
      await this.#call.renew?.(this.#signal);
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

  #accepted(answer: Answer, url: string): HttpResponse {
    answer.whenDone(() => this.#leave());
    return new HttpAnswer(answer, url, this.#attempts);
  }

  /** The error of a call whose signal has aborted. */
  #stopped(): Error {
    return this.#shared.scope.explain(abortedError(this.#signal), this.#call.signal) as Error;
  }

  #leave(): void {
    this.#shared.scope.leave(this.#call.signal);
  }
}
