import { closeAll } from "./close-all.js";
import { Lane, type LaneOwner } from "./lane.js";
import type { AnyIterable, TaskContext } from "./options.js";
import { Ring } from "./ring.js";
import { Running } from "./running.js";
import { type Sink, Source } from "./source.js";
import { type Consumer, DONE, FAILED, type Failure, PENDING, type Stage, type Status, VALUE } from "./stage.js";
import { isThenable } from "./thenable.js";

export type LaneTask<T, R> = (item: T, context: TaskContext) => AnyIterable<R> | PromiseLike<AnyIterable<R>>;

export interface LaneOptions {
  readonly concurrency: number;
  readonly readahead: number;
  readonly prefetch: number;
}

/**
 * The window of the flat map: a queue of lanes, of which the head feeds the consumer. A lane is running while it is
 * being opened or an item is being read from it; one that is `prefetch` items ahead is not.
 */
export class LaneWindow<T, R> implements Stage<R>, Sink<T>, LaneOwner<R> {
  readonly #source: Source<T>;
  readonly #task: LaneTask<T, R>;
  readonly #options: LaneOptions;
  readonly #lanes: Ring<Lane<R>> = new Ring();
  readonly #running: Running = new Running();
  /** An item that came when lanes had taken all permits meanwhile: they do not wait for a slow source. */
  #parked: { readonly item: T } | undefined;
  #signal!: AbortSignal;
  #consumer!: Consumer<R>;
  #index = 0;
  #filling = false;
  /** Whether `fill()` was called while it was at work, and has to look again. */
  #again = false;
  /** No lane is opened any more: the source is over, a lane has failed, or the consumer has left. */
  #stopped = false;
  /** The first lane that has failed: nothing behind it is read any more. */
  #failedIndex = Number.POSITIVE_INFINITY;
  /** How the source ended: `DONE` or `FAILED`. */
  #ended: Status = PENDING;
  #sourceError: unknown;
  #closed = false;

  constructor(source: AnyIterable<T>, task: LaneTask<T, R>, options: LaneOptions) {
    this.#source = new Source(source, this);
    this.#task = task;
    this.#options = options;
  }

  open(signal: AbortSignal, consumer: Consumer<R>): void {
    this.#signal = signal;
    this.#consumer = consumer;
    this.#source.open();
    this.fill();
  }

  fill(): void {
    this.#again = true;
    if (this.#filling) return;
    this.#filling = true;
    while (this.#again) {
      this.#again = false;
      this.#readLanes();
      this.#openLanes();
    }
    this.#filling = false;
  }

  status(): Status {
    if (this.#lanes.size === 0) return this.#ended;
    const head = this.#lanes.peek() as Lane<R>;
    return head.items.size > 0 ? VALUE : head.ended;
  }

  take(): Promise<IteratorResult<R>> {
    return Promise.resolve(this.takeResult());
  }

  takeResult(): IteratorResult<R> {
    const value = (this.#lanes.peek() as Lane<R>).items.shift();
    this.#dropSpent();
    return { done: false, value };
  }

  error(): unknown {
    return this.#lanes.size > 0 ? (this.#lanes.peek() as Lane<R>).error : this.#sourceError;
  }

  /** A lane gives many values: it has no promise that could stand for one of them. */
  claim(): undefined {
    return undefined;
  }

  item(item: T): void {
    if (this.#stopped) return;
    if (this.#running.count < this.#options.concurrency) this.#start(item);
    else this.#parked = { item };
  }

  end(): void {
    this.#endWith(DONE, undefined);
  }

  fail(error: unknown): void {
    this.#endWith(FAILED, error);
  }

  laneItem(lane: Lane<R>, value: R): void {
    this.#running.settled();
    if (this.#closed) return;
    const consumer = this.#consumer;
    if (consumer.waiting && lane.items.size === 0 && this.#lanes.peek() === lane) {
      consumer.serve({ done: false, value });
    } else lane.items.push(value);
    this.fill();
  }

  laneEnded(lane: Lane<R>): void {
    this.#running.settled();
    if (this.#closed) return;
    if (lane.ended === FAILED) {
      this.#stopped = true;
      this.#failedIndex = Math.min(this.#failedIndex, lane.index);
    }
    this.#dropSpent();
    this.#consumer.notify();
    this.fill();
  }

  close(): Promise<Failure | undefined> {
    this.#stopped = true;
    this.#closed = true;
    const sources: Pick<Source<unknown>, "close">[] = [this.#source];
    while (this.#lanes.size > 0) {
      const { source } = this.#lanes.shift();
      if (source !== undefined) sources.push(source);
    }
    return closeAll(sources, this.#running);
  }

  #start(item: T): void {
    const lane = new Lane<R>(this.#index++, this);
    this.#lanes.push(lane);
    this.#running.started();
    const task = this.#task;
    try {
      const inner = task(item, { index: lane.index, signal: this.#signal });
      if (isThenable(inner)) {
        void Promise.resolve(inner).then(
          (iterable) => this.#openLane(lane, iterable),
          (error) => lane.fail(error),
        );
      } else this.#openLane(lane, inner);
    } catch (error) {
      lane.fail(error);
      return;
    }
    this.fill();
  }

  #openLane(lane: Lane<R>, iterable: AnyIterable<R>): void {
    if (!this.#closed && lane.index < this.#failedIndex) {
      const source = new Source(iterable, lane);
      lane.source = source;
      source.open("the task's result");
      // The permit that the task was started with goes on to the first read.
      if (lane.ended === PENDING && !this.#closed) source.pull();
      else if (lane.ended === PENDING) this.#running.settled();
      return;
    }
    // Too late: what the task gave is only put away, which counts as running.
    const settled = (): void => {
      this.#running.settled();
      this.fill();
    };
    void new Source(iterable, lane).close().then(settled, settled);
  }

  /** Reads in every lane that is not far enough ahead, the head first. */
  #readLanes(): void {
    const { concurrency, prefetch } = this.#options;
    for (let i = 0; i < this.#lanes.size; i++) {
      const lane = this.#lanes.at(i) as Lane<R>;
      if (lane.index > this.#failedIndex) return;
      const { source } = lane;
      while (source !== undefined && lane.ended === PENDING && !source.busy && lane.items.size < prefetch) {
        if (this.#closed || this.#running.count >= concurrency) return;
        this.#running.started();
        source.pull();
      }
    }
  }

  #openLanes(): void {
    const { concurrency, readahead } = this.#options;
    while (!this.#stopped && this.#running.count < concurrency && this.#lanes.size < readahead) {
      const parked = this.#parked;
      if (parked !== undefined) {
        this.#parked = undefined;
        this.#start(parked.item);
      } else if (this.#source.busy) return;
      else this.#source.pull();
    }
  }

  #dropSpent(): void {
    while (this.#lanes.size > 0 && (this.#lanes.peek() as Lane<R>).spent) this.#lanes.shift();
  }

  #endWith(status: Status, error: unknown): void {
    this.#stopped = true;
    if (this.#closed) return;
    this.#ended = status;
    this.#sourceError = error;
    this.#consumer.notify();
  }
}
