import { newBytes } from "../new-bytes.js";

/** What a body does to the connection that it comes by. */
export interface Wire {
  /** Nothing more is wanted for now. */
  pause(): void;
  resume(): void;
  /** Closes the socket. */
  destroy(): void;
  /** The error of a body that broke off. */
  broken(cause: unknown): Error;
  /** Called once, when the body has been read, given up or lost. */
  done(): void;
}

/** So much is kept for a slow reader before the socket is paused. */
const HIGH_WATER = 256 * 1024;

/** A rest of a body as short as this is read to keep the socket. */
const SHORT_REST = 64 * 1024;

/** And for so long, in milliseconds. */
const SHORT_TIME = 1_000;

/** The body of one answer: filled by its exchange, read once. */
export class ResponseBody implements AsyncIterable<Uint8Array> {
  /** `Content-Length`, where the answer has one and a body. */
  readonly length: number | undefined;
  readonly #wire: Wire;
  #queue: Uint8Array[] = [];
  #queued = 0;
  #received = 0;
  #state: "open" | "ended" | "failed" | "cancelled" = "open";
  #error: Error | undefined;
  #sink: ((chunk: Uint8Array) => void) | undefined;
  #waiting: (() => void)[] | undefined;
  #isClaimed = false;
  #isDone = false;

  constructor(wire: Wire, length: number | undefined) {
    this.#wire = wire;
    this.length = length;
  }

  /** So many bytes are still to come, of which none is kept as it was given; 0 where that is not known. */
  get wanted(): number {
    return this.#sink === undefined || this.length === undefined ? 0 : this.length - this.#received;
  }

  /** From the wire. */
  push(chunk: Uint8Array): void {
    if (this.#state !== "open") return;
    this.#received += chunk.length;
    if (this.#sink !== undefined) {
      this.#sink(chunk);
      return;
    }
    this.#queue.push(chunk);
    this.#queued += chunk.length;
    if (this.#queued >= HIGH_WATER) this.#wire.pause();
    this.#awake();
  }

  /** The wire has given all. */
  end(): void {
    if (this.#state !== "open") return;
    const { length } = this;
    if (length !== undefined && this.#received !== length) {
      this.broke(new Error(`The body has ${this.#received} bytes instead of ${length}.`));
      return;
    }
    this.#state = "ended";
    if (this.#queue.length === 0) this.#done();
    this.#awake();
  }

  /** The wire has failed: what came before is still read. */
  broke(cause: unknown): void {
    this.#fail(this.#wire.broken(cause));
  }

  /** The call was stopped: nothing is read any more. */
  stop(error: Error): void {
    this.#queue = [];
    if (this.#state === "ended" && !this.#isDone) this.#state = "open";
    this.#fail(error);
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    this.#claim();
    return {
      next: async () => {
        const value = await this.#next();
        return value === undefined ? { done: true, value } : { done: false, value };
      },
      return: async () => {
        this.#giveUp();
        return { done: true, value: undefined };
      },
    };
  }

  /** The whole body. `tooLong` makes the error of one of more than `limit` bytes, or more than there is memory for. */
  async bytes(limit: number, tooLong: () => Error): Promise<Uint8Array> {
    this.#claim();
    const { length } = this;
    const bytes = length === undefined ? await this.#collect(limit) : await this.#fill(length, limit);
    if (bytes === undefined || bytes.length > limit) throw tooLong();
    this.#throwIfLost();
    return bytes;
  }

  /**
   * Gives each piece of the body to `sink`, which must not keep it, as it comes. Resolves at the body's end, or at once where all
   * of it is here. Fails when it breaks off, after what came before.
   */
  drain(sink: (piece: Uint8Array) => void): Promise<void> | undefined {
    this.#claim();
    if (this.#state !== "ended") return this.#drain(sink).then(() => this.#throwIfLost());
    for (const piece of this.#takeAll()) sink(piece);
    this.#done();
    return undefined;
  }

  /** The first `limit` bytes as text, for messages: as much of it as comes. */
  async text(limit: number): Promise<string> {
    this.#claim();
    try {
      return new TextDecoder().decode((await this.#collect(limit))?.subarray(0, limit));
    } finally {
      this.#giveUp();
    }
  }

  async cancel(): Promise<void> {
    const { length } = this;
    this.#queue = [];
    if (this.#state === "ended") this.#done();
    const isShort = length !== undefined && length - this.#received <= SHORT_REST;
    if (this.#state === "open" && isShort && this.#sink === undefined) {
      this.#isClaimed = true;
      const timer = setTimeout(() => this.#giveUp(), SHORT_TIME);
      await this.#drain(() => {});
      clearTimeout(timer);
    }
    this.#giveUp();
  }

  /** Of a known length: the bytes go where they belong as they come. */
  async #fill(length: number, limit: number): Promise<Uint8Array | undefined> {
    const room = length <= limit ? allocate(length) : undefined;
    if (room === undefined) {
      this.#giveUp();
      return undefined;
    }
    let at = 0;
    await this.#drain((chunk) => {
      room.set(chunk, at);
      at += chunk.length;
    });
    return room;
  }

  /** Of an unknown length: what came, and not much more than `limit` of it. */
  async #collect(limit: number): Promise<Uint8Array | undefined> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    await this.#drain((chunk) => {
      chunks.push(new Uint8Array(chunk));
      size += chunk.length;
      if (size > limit) queueMicrotask(() => this.#giveUp());
    });
    const bytes = allocate(size);
    let at = 0;
    for (const chunk of chunks) {
      bytes?.set(chunk, at);
      at += chunk.length;
    }
    return bytes;
  }

  /** Gives all chunks, those here and those to come, to `sink`. Resolves when there are no more, for whatever reason. */
  async #drain(sink: (chunk: Uint8Array) => void): Promise<void> {
    this.#sink = sink;
    for (const chunk of this.#takeAll()) sink(chunk);
    if (this.#state === "ended") this.#done();
    else this.#wire.resume();
    while (this.#state === "open") await this.#change();
    this.#sink = undefined;
  }

  async #next(): Promise<Uint8Array | undefined> {
    for (;;) {
      const chunk = this.#queue.shift();
      if (chunk !== undefined) {
        this.#queued -= chunk.length;
        if (this.#queue.length === 0 && this.#state === "ended") this.#done();
        if (this.#queued < HIGH_WATER / 2 && this.#state === "open") this.#wire.resume();
        return chunk;
      }
      if (this.#state === "failed") throw this.#error;
      if (this.#state !== "open") return undefined;
      await this.#change();
    }
  }

  #takeAll(): Uint8Array[] {
    const queue = this.#queue;
    this.#queue = [];
    this.#queued = 0;
    return queue;
  }

  #claim(): void {
    if (this.#isClaimed) throw new Error("The body has been read or cancelled before.");
    this.#isClaimed = true;
  }

  #throwIfLost(): void {
    if (this.#state === "failed") throw this.#error;
    if (this.#state === "cancelled") throw new Error("The body has been cancelled.");
  }

  #fail(error: Error): void {
    if (this.#state !== "open") return;
    this.#state = "failed";
    this.#error = error;
    this.#done();
    this.#awake();
  }

  #giveUp(): void {
    this.#isClaimed = true;
    if (this.#state === "open") {
      this.#state = "cancelled";
      this.#wire.destroy();
    }
    this.#queue = [];
    this.#done();
    this.#awake();
  }

  #done(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#wire.done();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting ??= [];
      this.#waiting.push(resolve);
    });
  }

  #awake(): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    this.#waiting = undefined;
    for (const wake of waiting) wake();
  }
}

/** `undefined` where there is not so much memory. */
function allocate(length: number): Uint8Array | undefined {
  try {
    return newBytes(length);
  } catch {
    return undefined;
  }
}
