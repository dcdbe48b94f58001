import type { AnyIterable, TaskContext } from "./options.js";
import { Ring } from "./ring.js";
import { isThenable, type Sink, Source } from "./source.js";
import { DONE, FAILED, type Failure, PENDING, type Stage, type Status, VALUE } from "./stage.js";

/** One started task. Slots are used again, and so are their two handlers: no closure is made per item. */
class Slot<T, R> {
  status: Status = PENDING;
  outcome: unknown;
  readonly resolve: (value: R) => void;
  readonly reject: (error: unknown) => void;

  constructor(window: TaskWindow<T, R>) {
    this.resolve = (value) => window.settled(this, VALUE, value);
    this.reject = (error) => window.settled(this, FAILED, error);
  }
}

export type Task<T, R> = (item: T, context: TaskContext) => R | PromiseLike<R>;

export interface WindowOptions {
  readonly concurrency: number;
  readonly readahead: number;
  /** Whether results leave in the order of the source, or as they complete. */
  readonly ordered: boolean;
}

/** The window of both maps: at most `concurrency` tasks running, at most `readahead` started and not taken. */
export class TaskWindow<T, R> implements Stage<R>, Sink<T> {
  readonly #source: Source<T>;
  readonly #task: Task<T, R>;
  readonly #options: WindowOptions;
  /** Ordered: the started tasks. Unordered: the settled ones. The head is what the consumer gets next. */
  readonly #queue: Ring<Slot<T, R>> = new Ring();
  readonly #free: Slot<T, R>[] = [];
  #signal!: AbortSignal;
  #notify!: () => void;
  #index = 0;
  #running = 0;
  #held = 0;
  /** Nothing is pulled or started any more: the source is over, a task has failed, or the consumer has left. */
  #stopped = false;
  #ended: Status = PENDING;
  #sourceError: unknown;
  #closed = false;
  #onIdle: (() => void) | undefined;
  /** Whether a task has settled within `fill()`, whose consumers are told at its end. */
  #fresh = false;
  #filling = false;

  constructor(source: AnyIterable<T>, task: Task<T, R>, options: WindowOptions) {
    this.#source = new Source(source, this);
    this.#task = task;
    this.#options = options;
  }

  open(signal: AbortSignal, notify: () => void): void {
    this.#signal = signal;
    this.#notify = notify;
    this.#source.open();
    this.fill();
  }

  status(): Status {
    const head = this.#queue.peek();
    if (head !== undefined) return head.status;
    return this.#held === 0 ? this.#ended : PENDING;
  }

  shift(): unknown {
    if (this.#queue.size === 0) return this.#sourceError;
    const slot = this.#queue.shift();
    const { outcome } = slot;
    slot.status = PENDING;
    slot.outcome = undefined;
    this.#free.push(slot);
    this.#held -= 1;
    return outcome;
  }

  fill(): void {
    if (this.#filling) return;
    this.#filling = true;
    const { concurrency, readahead } = this.#options;
    for (;;) {
      while (!this.#stopped && !this.#source.busy && this.#running < concurrency && this.#held < readahead)
        this.#source.pull();
      if (!this.#fresh) break;
      this.#fresh = false;
      this.#notify();
    }
    this.#filling = false;
  }

  item(item: T): void {
    if (this.#stopped) return;
    const slot = this.#free.pop() ?? new Slot(this);
    if (this.#options.ordered) this.#queue.push(slot);
    this.#running += 1;
    this.#held += 1;
    let result: R | PromiseLike<R>;
    let later: boolean;
    try {
      result = this.#task(item, { index: this.#index++, signal: this.#signal });
      later = isThenable(result);
    } catch (error) {
      this.settled(slot, FAILED, error);
      return;
    }
    if (later) Promise.resolve(result).then(slot.resolve, slot.reject);
    else this.settled(slot, VALUE, result);
    this.fill();
  }

  end(): void {
    this.#endWith(DONE, undefined);
  }

  fail(error: unknown): void {
    this.#endWith(FAILED, error);
  }

  /** Called by a slot when its task has settled. */
  settled(slot: Slot<T, R>, status: Status, outcome: unknown): void {
    this.#running -= 1;
    if (this.#closed) {
      if (this.#running === 0) this.#onIdle?.();
      return;
    }
    slot.status = status;
    slot.outcome = outcome;
    if (status === FAILED) this.#stopped = true;
    if (!this.#options.ordered) this.#queue.push(slot);
    this.#changed();
  }

  async close(): Promise<Failure | undefined> {
    this.#stopped = true;
    this.#closed = true;
    this.#queue.clear();
    let failure: Failure | undefined;
    const idle = this.#running > 0 ? new Promise<void>((resolve) => (this.#onIdle = resolve)) : undefined;
    try {
      await this.#source.close();
    } catch (error) {
      failure = { error };
    }
    await idle;
    return failure;
  }

  #endWith(status: Status, error: unknown): void {
    this.#stopped = true;
    if (this.#closed) return;
    this.#ended = status;
    this.#sourceError = error;
    this.#changed();
  }

  #changed(): void {
    this.#fresh = true;
    if (this.#filling) return;
    this.#notify();
    this.fill();
  }
}
