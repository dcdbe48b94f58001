import type { AnyIterable, TaskContext } from "./options.js";
import { Ring } from "./ring.js";
import { isThenable, type Sink, Source } from "./source.js";
import { DONE, FAILED, type Failure, PENDING, type Stage, type Status, VALUE } from "./stage.js";

export type LaneTask<T, R> = (item: T, context: TaskContext) => AnyIterable<R> | PromiseLike<AnyIterable<R>>;

export interface LaneOptions {
  readonly concurrency: number;
  readonly readahead: number;
  readonly prefetch: number;
}

/** One inner iterable: opened ahead of its turn, and read ahead by at most `prefetch` items. */
class Lane<R> implements Sink<R> {
  readonly items: Ring<R> = new Ring();
  source: Source<R> | undefined;
  /** PENDING while there may be more items, then DONE or FAILED. */
  ended: Status = PENDING;
  error: unknown;
  readonly #window: { laneChanged(lane: Lane<R>): void };

  constructor(window: { laneChanged(lane: Lane<R>): void }) {
    this.#window = window;
  }

  item(value: R): void {
    this.items.push(value);
    this.#window.laneChanged(this);
  }

  end(): void {
    this.ended = DONE;
    this.#window.laneChanged(this);
  }

  fail(error: unknown): void {
    this.ended = FAILED;
    this.error = error;
    this.#window.laneChanged(this);
  }
}

/** The window of `parallelFlatMap`: a queue of lanes, whose head feeds the consumer. */
export class LaneWindow<T, R> implements Stage<R>, Sink<T> {
  readonly #source: Source<T>;
  readonly #task: LaneTask<T, R>;
  readonly #options: LaneOptions;
  readonly #lanes: Ring<Lane<R>> = new Ring();
  #signal!: AbortSignal;
  #notify!: () => void;
  #index = 0;
  /** Lanes that are opening or have a pull under way. */
  #running = 0;
  #stopped = false;
  #ended: Status = PENDING;
  #sourceError: unknown;
  #closed = false;
  #onIdle: (() => void) | undefined;
  #fresh = false;
  #filling = false;

  constructor(source: AnyIterable<T>, task: LaneTask<T, R>, options: LaneOptions) {
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
    for (;;) {
      const head = this.#lanes.peek();
      if (head === undefined) return this.#ended;
      if (head.items.size > 0) return VALUE;
      if (head.ended !== DONE) return head.ended;
      this.#lanes.shift();
    }
  }

  shift(): unknown {
    const head = this.#lanes.peek();
    if (head === undefined) return this.#sourceError;
    return head.items.size > 0 ? head.items.shift() : head.error;
  }

  fill(): void {
    if (this.#filling) return;
    this.#filling = true;
    for (;;) {
      this.status();
      this.#pullLanes();
      const { concurrency, readahead } = this.#options;
      while (!this.#stopped && !this.#source.busy && this.#running < concurrency && this.#lanes.size < readahead) {
        this.#source.pull();
      }
      if (!this.#fresh) break;
      this.#fresh = false;
      this.#notify();
    }
    this.#filling = false;
  }

  item(item: T): void {
    if (this.#stopped) return;
    const lane = new Lane<R>(this);
    this.#lanes.push(lane);
    this.#running += 1;
    try {
      const inner = this.#task(item, { index: this.#index++, signal: this.#signal });
      if (isThenable(inner)) {
        Promise.resolve(inner as PromiseLike<AnyIterable<R>>).then(
          (iterable) => this.#openLane(lane, iterable),
          (error) => lane.fail(error),
        );
        this.fill();
      } else this.#openLane(lane, inner);
    } catch (error) {
      lane.fail(error);
    }
  }

  end(): void {
    this.#endWith(DONE, undefined);
  }

  fail(error: unknown): void {
    this.#endWith(FAILED, error);
  }

  laneChanged(lane: Lane<R>): void {
    this.#running -= 1;
    if (lane.ended === FAILED) this.#stopped = true;
    if (this.#closed) {
      if (this.#running === 0) this.#onIdle?.();
      return;
    }
    this.#changed();
  }

  async close(): Promise<Failure | undefined> {
    this.#stopped = true;
    this.#closed = true;
    const sources: Pick<Source<unknown>, "close">[] = [this.#source];
    while (this.#lanes.size > 0) {
      const { source } = this.#lanes.shift();
      if (source !== undefined) sources.push(source);
    }
    const idle = this.#running > 0 ? new Promise<void>((resolve) => (this.#onIdle = resolve)) : undefined;
    const outcomes = await Promise.allSettled(sources.map((source) => source.close()));
    await idle;
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    return failed && { error: failed.reason };
  }

  #openLane(lane: Lane<R>, iterable: AnyIterable<R>): void {
    const source = new Source(iterable, lane);
    if (this.#closed) {
      void source.close().then(
        () => this.laneChanged(lane),
        () => this.laneChanged(lane),
      );
      return;
    }
    lane.source = source;
    source.open();
    if (lane.ended === PENDING) source.pull();
  }

  /** Reads ahead in every lane that wants more, the head first; not in those behind a failed one. */
  #pullLanes(): void {
    for (let i = 0; i < this.#lanes.size && this.#running < this.#options.concurrency; i++) {
      const lane = this.#lanes.at(i) as Lane<R>;
      if (lane.ended === FAILED) return;
      const { source } = lane;
      while (
        source !== undefined &&
        lane.ended === PENDING &&
        !source.busy &&
        lane.items.size < this.#options.prefetch &&
        this.#running < this.#options.concurrency
      ) {
        this.#running += 1;
        source.pull();
      }
    }
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
