import type { IncomingHttpHeaders } from "node:http";
import { onAbort } from "@asyncdelta/parallel";
import type { Dispatcher } from "undici";
import type { Connection, Receiver } from "./connection.js";
import { AttemptFailure, attemptFailure } from "./failure.js";
import type { HttpHeaders, HttpRequest } from "./http-request.js";
import type { Measure } from "./measure.js";
import { ResponseBody, type Wire } from "./response-body.js";

export interface ExchangeOptions {
  readonly connection: Connection;
  readonly request: HttpRequest;
  /** Path and query. */
  readonly target: string;
  readonly signal: AbortSignal;
  /** The error of a call whose signal has aborted. */
  stopped(): Error;
  /** The error of a body that broke off. */
  broken(cause: unknown): Error;
  readonly measure: Measure;
  readonly connectMs: number;
  readonly firstByteMs: number;
  readonly idleMs: number;
  /** Called when the request is on its way. */
  onSent(): void;
  /** Called when the answer has come whole, and the connection is free again. */
  onFree(connection: Connection): void;
  /** Called once, when nothing of it is left: it failed, or its body has been read, given up or lost. */
  onDone(): void;
}

/** A body that brings less in `idleMs` counts as one that brings nothing. */
const LEAST_PROGRESS = 1024;

/** An answer's beginning. */
export interface Answer {
  readonly status: number;
  readonly headers: HttpHeaders;
  readonly body: ResponseBody;
  /** Calls back when the body has been read, given up or lost: now if it has. */
  whenDone(callback: () => void): void;
}

/** One request on one connection, and its answer. Keeps its deadlines, and ends the socket when it is stopped. */
export class Exchange implements Receiver, Wire {
  /** Settles with the headers of the answer. Rejects with {@link AttemptFailure}, or the error of `stopped`. */
  readonly answer: Promise<Answer>;
  readonly #options: ExchangeOptions;
  #resolve!: (answer: Answer) => void;
  #reject!: (error: unknown) => void;
  #body: ResponseBody | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** What is waited for, on `performance`'s clock, and when the timer looks: never later, but it may be earlier. */
  #dueAt = 0;
  #looksAt = 0;
  #late = "";
  #wasReused = false;
  #sentAt = 0;
  #answeredAt = 0;
  #received = 0;
  #receivedBefore = 0;
  #wasPaused = false;
  /** The wire has nothing more to do with it. */
  #isOver = false;
  #isDone = false;
  #whenDone: (() => void) | undefined;
  readonly #stopWaiting: () => void;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#stopWaiting = onAbort(options.signal, () => this.#stopped());
    this.#watch(options.connectMs, "The connection took too long.", performance.now());
    options.connection.send(options.request, options.target, this);
  }

  /** Gives it up, for another that was faster. */
  cancel(): void {
    this.#failed(new AttemptFailure("reset", new Error("Another request was faster."), { sent: this.#isSent }));
  }

  get #isSent(): boolean {
    return this.#controller !== undefined;
  }

  /** {@inheritDoc Receiver.wanted} */
  get wanted(): number {
    return this.#body?.wanted ?? 0;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#wasReused = this.#options.connection.isReused;
    this.#sentAt = performance.now();
    this.#watch(this.#options.firstByteMs, "The answer took too long.", this.#sentAt);
    this.#options.onSent();
  }

  onResponseStart(_controller: unknown, status: number, headers: IncomingHttpHeaders): void {
    // 1xx announce the answer.
    if (this.#isOver || status < 200) return;
    const { request, measure } = this.#options;
    this.#answeredAt = performance.now();
    if (request.body === undefined) measure.addFirstByte(this.#answeredAt - this.#sentAt);
    const joined = joinHeaders(headers);
    const hasBody = request.method !== "HEAD" && status !== 204 && status !== 304;
    const body = new ResponseBody(this, hasBody ? contentLength(joined) : undefined);
    this.#body = body;
    this.#watch(this.#options.idleMs, "The body took too long.", this.#answeredAt);
    const whenDone = (callback: () => void): void => {
      if (this.#isDone) callback();
      else this.#whenDone = callback;
    };
    this.#resolve({ status, headers: joined, body, whenDone });
  }

  onResponseData(_controller: unknown, chunk: Uint8Array): void {
    if (this.#isOver) return;
    this.#received += chunk.length;
    if (this.#received - this.#receivedBefore >= LEAST_PROGRESS) {
      this.#receivedBefore = this.#received;
      this.#dueAt = performance.now() + this.#options.idleMs;
    }
    this.#body?.push(chunk);
  }

  onResponseEnd(): void {
    if (this.#isOver) return;
    this.#leaveWire();
    const { connection, measure, onFree } = this.#options;
    if (!this.#wasPaused) measure.addBody(this.#received, performance.now() - this.#answeredAt);
    connection.answered();
    onFree(connection);
    this.#body?.end();
  }

  onResponseError(_controller: unknown, error: unknown): void {
    this.#failed(attemptFailure(error, this.#isSent, this.#wasReused));
  }

  /** {@inheritDoc Wire.pause} */
  pause(): void {
    if (this.#isOver) return;
    this.#wasPaused = true;
    this.#unwatch();
    this.#controller?.pause();
  }

  /** {@inheritDoc Wire.resume} */
  resume(): void {
    if (this.#isOver || !this.#controller?.paused) return;
    this.#watch(this.#options.idleMs, "The body took too long.", performance.now());
    this.#controller.resume();
  }

  /** Closes the socket, unless the wire is done with it anyway. */
  destroy(): void {
    if (this.#isOver) return;
    this.#leaveWire();
    this.#options.connection.destroy();
  }

  /** {@inheritDoc Wire.broken} */
  broken(cause: unknown): Error {
    return this.#options.broken(cause);
  }

  /** {@inheritDoc Wire.done} */
  done(): void {
    this.#isDone = true;
    this.#stopWaiting();
    this.#options.onDone();
    this.#whenDone?.();
  }

  #failed(failure: AttemptFailure): void {
    if (this.#isOver) return;
    this.destroy();
    if (this.#body === undefined) {
      this.done();
      this.#reject(failure);
    } else this.#body.broke(failure.cause);
  }

  #stopped(): void {
    const error = this.#options.stopped();
    this.destroy();
    if (this.#body === undefined) {
      this.done();
      this.#reject(error);
    } else this.#body.stop(error);
  }

  #leaveWire(): void {
    this.#isOver = true;
    this.#unwatch();
  }

  /** Fails with `late` unless the next step comes within `ms`. Most steps come long before: a timer under way is left as it is. */
  #watch(ms: number, late: string, now: number): void {
    this.#dueAt = now + ms;
    this.#late = late;
    if (this.#timer !== undefined && this.#looksAt <= this.#dueAt) return;
    clearTimeout(this.#timer);
    this.#look(ms, now);
  }

  #look(ms: number, now: number): void {
    this.#looksAt = now + ms;
    const timer = setTimeout(() => {
      if (this.#isInTime()) return;
      // What came while this thread was busy elsewhere has not been looked at yet: it counts as in time.
      setImmediate(() => {
        if (this.#timer !== timer || this.#isInTime()) return;
        this.#failed(new AttemptFailure("timeout", new Error(this.#late), { sent: this.#isSent }));
      });
    }, ms);
    this.#timer = timer;
  }

  /** Whether there is time left; then it is looked again when that is over. */
  #isInTime(): boolean {
    const now = performance.now();
    const left = this.#dueAt - now;
    // Timers count whole milliseconds, and may be early by one.
    if (left < 1) return false;
    this.#look(left, now);
    return true;
  }

  #unwatch(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

function joinHeaders(headers: IncomingHttpHeaders): HttpHeaders {
  const joined = headers as Record<string, string | string[] | undefined>;
  for (const name in joined) {
    const value = joined[name];
    if (Array.isArray(value)) joined[name] = value.join(", ");
  }
  return joined as HttpHeaders;
}

function contentLength(headers: HttpHeaders): number | undefined {
  const value = headers["content-length"];
  return value !== undefined && headers["transfer-encoding"] === undefined && /^\d{1,15}$/.test(value)
    ? Number(value)
    : undefined;
}
