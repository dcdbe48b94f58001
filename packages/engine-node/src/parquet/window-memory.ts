/** Buffers beyond this size are not kept: a window is seldom as large. */
const LARGE = 32 * 1024 * 1024;
/** Sizes are rounded up to a multiple of this, so that windows of about one size fit into the same buffers. */
const STEP = 1024 * 1024;
/** Buffers that lie unused are kept for so long. */
const IDLE_MS = 5000;

/**
 * Memory that this thread shares with the workers, used again and again. Putting a window's file together is mere copying,
 * but in fresh memory it takes five times as long, since the system has to find and clear every page of it first; moved
 * from thread to thread, it would also count for the collector, which then runs more often.
 */
export class WindowMemory {
  readonly #free: SharedArrayBuffer[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** Bytes of undefined content, whose buffer nobody else has until it is given back. */
  take(length: number): Uint8Array<SharedArrayBuffer> {
    let best = -1;
    for (const [index, { byteLength }] of this.#free.entries()) {
      if (byteLength >= length && (best < 0 || byteLength < this.#free[best]!.byteLength)) best = index;
    }
    const buffer = best >= 0 ? this.#free.splice(best, 1)[0]! : new SharedArrayBuffer(Math.ceil(length / STEP) * STEP);
    return new Uint8Array(buffer, 0, length);
  }

  /** Once no thread reads them any more. */
  give({ buffer }: Uint8Array<SharedArrayBuffer>): void {
    if (buffer.byteLength > LARGE) return;
    this.#free.push(buffer);
    this.#timer ??= setTimeout(() => this.#forget(), IDLE_MS).unref();
    this.#timer.refresh();
  }

  #forget(): void {
    this.#free.length = 0;
    this.#timer = undefined;
  }
}
