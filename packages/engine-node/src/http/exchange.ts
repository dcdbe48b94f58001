import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import type { Connection } from "./connection.js";
import { AttemptFailure, attemptFailure } from "./failure.js";
import type { HttpHeaders, HttpRequest } from "./http-request.js";
import type { Measure } from "./measure.js";
import { ResponseBody } from "./response-body.js";

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
  /** Called when the answer has come whole, and the connection is free again. */
  onFree(): void;
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
export class Exchange {
  /** Settles with the headers of the answer. Rejects with {@link AttemptFailure}, or the error of `stopped`. */
  readonly answer: Promise<Answer>;
  readonly #options: ExchangeOptions;
  #resolve!: (answer: Answer) => void;
  #reject!: (error: unknown) => void;
  #body: ResponseBody | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #timer: NodeJS.Timeout | undefined;
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
  readonly #onAbort = (): void => this.#stop();

  constructor(options: ExchangeOptions) {
    this.#options = options;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    options.signal.addEventListener("abort", this.#onAbort, { once: true });
    this.#watch(options.connectMs, "The connection took too long.");
    const { connection, request, target } = options;
    connection.send(request, target, {
      onRequestStart: (controller) => this.#started(controller),
      onResponseStart: (_controller, status, headers) => this.#answered(status, headers),
      onResponseData: (_controller, chunk) => this.#data(chunk),
      onResponseEnd: () => this.#ended(),
      onResponseError: (_controller, error) => this.#failed(attemptFailure(error, this.#isSent, this.#wasReused)),
    });
  }

  /** Gives it up, for another that was faster. */
  cancel(): void {
    this.#failed(new AttemptFailure("reset", new Error("Another request was faster."), { sent: this.#isSent }));
  }

  get #isSent(): boolean {
    return this.#controller !== undefined;
  }

  #started(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#wasReused = this.#options.connection.isReused;
    this.#sentAt = performance.now();
    this.#watch(this.#options.firstByteMs, "The answer took too long.");
  }

  #answered(status: number, headers: IncomingHttpHeaders): void {
    // 1xx announce the answer.
    if (this.#isOver || status < 200) return;
    const { request, measure, broken } = this.#options;
    this.#answeredAt = performance.now();
    if (request.body === undefined) measure.addFirstByte(this.#answeredAt - this.#sentAt);
    const joined = joinHeaders(headers);
    const hasBody = request.method !== "HEAD" && status !== 204 && status !== 304;
    this.#body = new ResponseBody({
      wire: { pause: () => this.#pause(), resume: () => this.#resume(), destroy: () => this.#destroy() },
      length: hasBody ? contentLength(joined) : undefined,
      broken,
      onDone: () => this.#done(),
    });
    this.#watch(this.#options.idleMs, "The body took too long.");
    const whenDone = (callback: () => void): void => {
      if (this.#isDone) callback();
      else this.#whenDone = callback;
    };
    this.#resolve({ status, headers: joined, body: this.#body, whenDone });
  }

  #data(chunk: Uint8Array): void {
    if (this.#isOver) return;
    this.#received += chunk.length;
    if (this.#received - this.#receivedBefore >= LEAST_PROGRESS) {
      this.#receivedBefore = this.#received;
      this.#timer?.refresh();
    }
    this.#body?.push(chunk);
  }

  #ended(): void {
    if (this.#isOver) return;
    this.#leaveWire();
    const { connection, measure, onFree } = this.#options;
    if (!this.#wasPaused) measure.addBody(this.#received, performance.now() - this.#answeredAt);
    connection.answered();
    onFree();
    this.#body?.end();
  }

  #failed(failure: AttemptFailure): void {
    if (this.#isOver) return;
    this.#destroy();
    if (this.#body === undefined) {
      this.#done();
      this.#reject(failure);
    } else this.#body.broke(failure.cause);
  }

  #stop(): void {
    const error = this.#options.stopped();
    this.#destroy();
    if (this.#body === undefined) {
      this.#done();
      this.#reject(error);
    } else this.#body.stop(error);
  }

  #pause(): void {
    if (this.#isOver) return;
    this.#wasPaused = true;
    this.#unwatch();
    this.#controller?.pause();
  }

  #resume(): void {
    if (this.#isOver || !this.#controller?.paused) return;
    this.#watch(this.#options.idleMs, "The body took too long.");
    this.#controller.resume();
  }

  /** Closes the socket, unless the wire is done with it anyway. */
  #destroy(): void {
    if (this.#isOver) return;
    this.#leaveWire();
    this.#options.connection.destroy();
  }

  #leaveWire(): void {
    this.#isOver = true;
    this.#unwatch();
  }

  #done(): void {
    this.#isDone = true;
    this.#options.signal.removeEventListener("abort", this.#onAbort);
    this.#options.onDone();
    this.#whenDone?.();
  }

  #watch(ms: number, message: string): void {
    this.#unwatch();
    const timer = setTimeout(() => {
      const before = this.#receivedBefore;
      // What came while this thread was busy elsewhere has not been looked at yet: it counts as in time.
      setImmediate(() => {
        if (this.#timer !== timer || this.#receivedBefore > before) return;
        this.#failed(new AttemptFailure("timeout", new Error(message), { sent: this.#isSent }));
      });
    }, ms);
    this.#timer = timer;
  }

  #unwatch(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

function joinHeaders(headers: IncomingHttpHeaders): HttpHeaders {
  const joined: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(headers)) joined[name] = Array.isArray(value) ? value.join(", ") : value;
  return joined;
}

function contentLength(headers: HttpHeaders): number | undefined {
  const value = headers["content-length"];
  return value !== undefined && headers["transfer-encoding"] === undefined && /^\d{1,15}$/.test(value)
    ? Number(value)
    : undefined;
}
