import { type ByteRange, throwIfAborted } from "@asyncdelta/kernel-core";
import { copyBytes } from "../copy-bytes.js";
import { HttpFailure } from "../http/http-call.js";
import type { HttpResponse } from "../http/http-request.js";
import { wrongAnswer } from "./object-error.js";
import type { ObjectIdentity } from "./object-identity.js";
import { type OpenObject, openObject } from "./open-object.js";
import type { StoreContext } from "./store-context.js";

/** How often a body may break off; a long one once more for each so many bytes that have come. */
const BREAKS = 5;
const BYTES_PER_BREAK = 8 * 1024 * 1024;

/** What a body of unknown length is counted as while it is received. */
const UNKNOWN_BYTES = 1024 * 1024;
/** So much of a body is kept for a reader who takes it piece by piece. */
const PIECE_BYTES = 256 * 1024;
/** A reader who does not come back for so long, in milliseconds, loses the socket, for others may be waiting for its place. */
const PATIENCE_MS = 1000;

/**
 * The bytes of an object, or of a range of it, in pieces; a body that breaks off is taken up where it stopped. Of one that
 * is taken slowly, piece by piece, no more is counted as in flight than waits for its reader.
 */
export class ObjectPieces {
  readonly #store: StoreContext;
  readonly #url: string;
  readonly #start: number;
  readonly #identity: ObjectIdentity;
  readonly #signal: AbortSignal | undefined;
  readonly #isTakenSlowly: boolean;
  #end: number | undefined;
  #open: OpenObject | undefined;

  constructor(
    store: StoreContext,
    url: string,
    range: ByteRange | undefined,
    identity: ObjectIdentity,
    signal: AbortSignal | undefined,
    isTakenSlowly = false,
  ) {
    this.#store = store;
    this.#url = url;
    this.#start = range?.offset ?? 0;
    this.#end = range === undefined ? undefined : range.offset + range.length;
    this.#identity = identity;
    this.#signal = signal;
    this.#isTakenSlowly = isTakenSlowly;
  }

  /** Asks. Resolves once the answer's headers are there, with the bytes that will come, where the store says so. */
  async open(): Promise<number | undefined> {
    this.#open = await this.#ask(this.#start);
    this.#end = this.#open.end;
    return this.#end === undefined ? undefined : this.#end - this.#start;
  }

  /** All pieces, in order; none is empty. Once, after {@link open}. */
  pieces(): AsyncGenerator<Uint8Array, void, undefined> {
    return this.#pieces(this.#start, 0);
  }

  /**
   * All bytes to where they belong, of which there must be as many as there is room. Once, after {@link open}, instead of
   * {@link pieces}: nothing of it is a step of its own where the whole body is here already.
   */
  async fill(into: Uint8Array): Promise<void> {
    const { response, skip, goesOn } = this.#open!;
    let filled = 0;
    let breaks = 0;
    if (skip === 0 && !goesOn && response.length === into.length) {
      const failure = await this.#receive(response, (piece) => {
        copyBytes(into, piece, filled);
        filled += piece.length;
      });
      if (filled === into.length) return;
      await this.#goOn(this.#start + filled, ++breaks, failure);
    }
    for await (const piece of this.#pieces(this.#start + filled, breaks)) {
      if (filled + piece.length <= into.length) copyBytes(into, piece, filled);
      filled += piece.length;
    }
    if (filled !== into.length) throw wrongAnswer(this.#url, `${filled} bytes came instead of ${into.length}`);
  }

  /** The body of an answer, and what it broke off with. */
  async #receive(response: HttpResponse, sink: (piece: Uint8Array) => void): Promise<HttpFailure | undefined> {
    try {
      await response.drain(sink);
    } catch (error) {
      if (!(error instanceof HttpFailure)) throw error;
      return error;
    }
    throwIfAborted(this.#signal);
    return undefined;
  }

  /** Asks for what is left of a body that ended too early. */
  async #goOn(at: number, breaks: number, failure: unknown): Promise<void> {
    if (breaks > BREAKS + Math.floor((at - this.#start) / BYTES_PER_BREAK) || !this.#canGoOn(at)) {
      throw new HttpFailure("broken", breaks, failure ?? new Error(`it ended at byte ${at} of ${this.#end}`));
    }
    this.#open = await this.#ask(at);
  }

  async *#pieces(at: number, breaks: number): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      const { response, skip, goesOn } = this.#open!;
      let rest = skip;
      let failure: unknown;
      let isParked = false;
      try {
        for await (const received of response.body) {
          const piece = this.#wanted(received, rest, at);
          rest = Math.max(0, rest - received.length);
          at += piece.length;
          const patience = this.#patience(() => {
            isParked = true;
            void response.cancel();
          });
          try {
            if (piece.length > 0) yield piece;
          } finally {
            clearTimeout(patience);
          }
          throwIfAborted(this.#signal);
          if (isParked || (at === this.#end && goesOn)) break;
        }
      } catch (error) {
        if (!(error instanceof HttpFailure)) throw error;
        failure = error;
      } finally {
        await response.cancel();
      }
      if (this.#end === undefined ? failure === undefined : at === this.#end) return;
      if (!isParked) breaks++;
      await this.#goOn(at, breaks, failure);
    }
  }

  /** What was asked for of a piece that has come. */
  #wanted(received: Uint8Array, skip: number, at: number): Uint8Array {
    // No Buffer leaves the package: its `slice` does not copy, as that of any other array does.
    const bytes = new Uint8Array(received.buffer, received.byteOffset, received.length);
    const piece = bytes.subarray(Math.min(skip, bytes.length));
    const end = this.#end;
    if (end === undefined || at + piece.length <= end) return piece;
    if (this.#open!.goesOn) return piece.subarray(0, end - at);
    throw wrongAnswer(this.#url, `more than the ${end - this.#start} bytes that were asked for came`);
  }

  /** The rest of what broke off may be asked for, unless nothing would tell it from the rest of another object. */
  #canGoOn(at: number): boolean {
    return this.#identity.isPinned || at === this.#start;
  }

  /**
   * The time after which a reader who is busy elsewhere gives back its place in the limits: it may be busy waiting for
   * another read, which waits for that place. What is left is asked for when it comes back.
   */
  #patience(onOver: () => void): NodeJS.Timeout | undefined {
    return this.#isTakenSlowly && this.#identity.isPinned ? setTimeout(onOver, PATIENCE_MS).unref() : undefined;
  }

  #ask(at: number): Promise<OpenObject> {
    const length = this.#end === undefined ? UNKNOWN_BYTES : this.#end - at;
    const expectedBytes = this.#isTakenSlowly ? Math.min(length, PIECE_BYTES) : length;
    return openObject(this.#store, this.#url, at, this.#end, this.#identity, { expectedBytes, signal: this.#signal });
  }

  /** Gives the socket back where the pieces are not wanted after all. */
  async cancel(): Promise<void> {
    await this.#open?.response.cancel();
  }
}
