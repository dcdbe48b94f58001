import { closeAll } from "./close-all.js";
import type { AnyIterable, TaskContext } from "./options.js";
import { Ring } from "./ring.js";
import { Running } from "./running.js";
import { type Sink, Source } from "./source.js";
import {
  type Consumer,
  type Delivery,
  DONE,
  FAILED,
  type Failure,
  PENDING,
  type Stage,
  type Status,
  VALUE,
} from "./stage.js";
import { isThenable } from "./thenable.js";

export type Task<T, R> = (item: T, context: TaskContext) => R | PromiseLike<R>;

export interface WindowOptions {
  readonly concurrency: number;
  readonly readahead: number;
  /** Whether results leave in the order of the source, or as they complete. */
  readonly ordered: boolean;
}

/**
 * One started task. The promise that its two handlers give is made so that `next()` can return it as it is, which is
 * what makes the window as cheap as a bare ring of promises. Slots and their handlers are used again.
 */
class Slot<T, R> {
  status: Status = PENDING;
  /** What `next()` can return: the promise of the task's two handlers. None while the task is on the stack. */
  promise: Promise<IteratorResult<R>> | undefined;
  /** At `VALUE`: an iterator result. At `FAILED`: the error. */
  outcome: unknown;
  claimed = false;
  readonly onValue: (value: R) => Delivery<R>;
  readonly onError: (error: unknown) => Delivery<R>;

  constructor(window: TaskWindow<T, R>) {
    this.onValue = (value) => window.settled(this, VALUE, value);
    this.onError = (error) => window.settled(this, FAILED, error);
  }
}

/** The promise of a slot whose result nobody will ask it for. */
const NOBODY = undefined as never;

/**
 * The window of both maps, and of prefetch, which has no task: at most `concurrency` tasks running, at most `readahead`
 * started and not taken.
 */
export class TaskWindow<T, R> implements Stage<R>, Sink<T> {
  readonly #source: Source<T>;
  readonly #task: Task<T, R> | undefined;
  readonly #concurrency: number;
  readonly #readahead: number;
  readonly #ordered: boolean;
  /** Ordered: all slots in use. Unordered: those that have settled. The head is what the consumer gets next. */
  readonly #queue: Ring<Slot<T, R>> = new Ring();
  readonly #free: Slot<T, R>[] = [];
  #signal!: AbortSignal;
  #consumer!: Consumer<R>;
  #index = 0;
  readonly #running: Running = new Running();
  #held = 0;
  #filling = false;
  /** Nothing is pulled or started any more: the source is over, a task has failed, or the consumer has left. */
  #stopped = false;
  /** How the source ended: `DONE` or `FAILED`. */
  #ended: Status = PENDING;
  #sourceError: unknown;
  #closed = false;

  constructor(source: AnyIterable<T>, task: Task<T, R> | undefined, options: WindowOptions) {
    this.#source = new Source(source, this);
    this.#task = task;
    this.#concurrency = options.concurrency;
    this.#readahead = options.readahead;
    this.#ordered = options.ordered;
  }

  open(signal: AbortSignal, consumer: Consumer<R>): void {
    this.#signal = signal;
    this.#consumer = consumer;
    this.#source.open();
    this.fill();
  }

  fill(): void {
    if (this.#filling) return;
    this.#filling = true;
    while (
      !this.#stopped &&
      !this.#source.busy &&
      this.#running.count < this.#concurrency &&
      this.#held < this.#readahead
    ) {
      this.#source.pull();
    }
    this.#filling = false;
  }

  status(): Status {
    if (this.#queue.size > 0) return (this.#queue.peek() as Slot<T, R>).status;
    return this.#held === 0 ? this.#ended : PENDING;
  }

  take(): Promise<IteratorResult<R>> {
    const slot = this.#queue.shift();
    const promise = slot.promise ?? Promise.resolve(slot.outcome as IteratorResult<R>);
    this.#recycle(slot);
    return promise;
  }

  takeResult(): IteratorResult<R> {
    const slot = this.#queue.shift();
    const result = slot.outcome as IteratorResult<R>;
    this.#recycle(slot);
    return result;
  }

  error(): unknown {
    return this.#queue.size > 0 ? this.#queue.shift().outcome : this.#sourceError;
  }

  claim(): Promise<IteratorResult<R>> | undefined {
    if (this.#queue.size === 0) return undefined;
    const slot = this.#queue.peek() as Slot<T, R>;
    slot.claimed = slot.promise !== undefined;
    return slot.promise;
  }

  item(item: T): void {
    if (this.#stopped) return;
    const slot = this.#free.pop() ?? new Slot(this);
    if (this.#ordered) this.#queue.push(slot);
    this.#running.started();
    this.#held += 1;
    const task = this.#task;
    if (task === undefined) {
      slot.onValue(item as unknown as R);
      return;
    }
    const index = this.#index++;
    let result: R | PromiseLike<R>;
    try {
      result = task(item, { index, signal: this.#signal });
      if (isThenable(result)) slot.promise = Promise.resolve(result).then(slot.onValue, slot.onError);
    } catch (error) {
      slot.onError(error);
      return;
    }
    if (slot.promise === undefined) slot.onValue(result as R);
    else this.fill();
  }

  end(): void {
    this.#endWith(DONE, undefined);
  }

  fail(error: unknown): void {
    this.#endWith(FAILED, error);
  }

  /** Called when a task has settled; gives what its promise is to be settled with. */
  settled(slot: Slot<T, R>, status: Status, outcome: unknown): Delivery<R> {
    const consumer = this.#consumer;
    this.#running.settled();
    if (this.#closed) return slot.claimed ? consumer.claimClosed() : NOBODY;
    if (status === FAILED) {
      this.#stopped = true;
      if (slot.claimed) return consumer.claimFailed(outcome);
      slot.status = FAILED;
      slot.outcome = outcome;
      if (!this.#ordered) this.#queue.push(slot);
      consumer.notify();
      return NOBODY;
    }
    const result: IteratorResult<R> = { done: false, value: outcome as R };
    if (slot.claimed) {
      this.#queue.shift();
      this.#recycle(slot);
      this.fill();
      consumer.claimServed();
      return result;
    }
    if (consumer.waiting && (this.#ordered ? this.#queue.peek() === slot : this.#queue.size === 0)) {
      if (this.#ordered) this.#queue.shift();
      this.#recycle(slot);
      consumer.serve(result);
      consumer.notify();
      this.fill();
      return NOBODY;
    }
    slot.status = VALUE;
    slot.outcome = result;
    if (!this.#ordered) this.#queue.push(slot);
    this.fill();
    return result;
  }

  close(): Promise<Failure | undefined> {
    this.#stopped = true;
    this.#closed = true;
    this.#queue.clear();
    return closeAll([this.#source], this.#running);
  }

  #recycle(slot: Slot<T, R>): void {
    slot.status = PENDING;
    slot.promise = undefined;
    slot.outcome = undefined;
    slot.claimed = false;
    this.#free.push(slot);
    this.#held -= 1;
  }

  #endWith(status: Status, error: unknown): void {
    this.#stopped = true;
    if (this.#closed) return;
    this.#ended = status;
    this.#sourceError = error;
    this.#consumer.notify();
  }
}
