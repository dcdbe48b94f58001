import type { TaskContext } from "../../src/index.js";
import { deferred } from "../support/deferred.js";
import type { Agenda } from "./agenda.js";
import { Feed } from "./feed.js";
import { insist } from "./insist.js";
import type { ItemPlan, Outcome, Plan } from "./plan.js";

/** How a task ended. */
export type Completion = { readonly value: unknown } | { readonly thrown: unknown };

/** The source and the tasks of one history. It insists on the bounds as they are used, and remembers what happened. */
export class World {
  readonly plan: Plan;
  readonly agenda: Agenda;
  readonly source: Feed<number>;
  readonly lanes: Feed<string>[] = [];
  readonly signals: AbortSignal[] = [];
  /** In the order in which whoever listens is told. */
  readonly completions: Completion[] = [];
  started = 0;
  running = 0;
  /** Kept by the consumer: the calls that it waits for, and what it was given, in all and of each lane. */
  outstanding = 0;
  received = 0;
  readonly receivedOf: number[] = [];
  /** Set by the consumer when it has been told the end. */
  closed = false;
  /** The first item whose failure everybody has had time to see: nothing behind it may start. */
  #frozenFrom = Number.POSITIVE_INFINITY;
  #failedFrom = Number.POSITIVE_INFINITY;

  constructor(plan: Plan, agenda: Agenda) {
    this.plan = plan;
    this.agenda = agenda;
    this.source = new Feed({
      items: plan.items.map((_, index) => index),
      end: plan.sourceEnd,
      asynchronous: plan.asynchronousSource,
      returnError: plan.returnError,
      later: this.#later,
      onFail: () => {},
      onPull: () => {
        insist(this.#frozenFrom === Number.POSITIVE_INFINITY, "the source is left alone after a failure");
        insist(!this.closed, "the source is left alone after the end");
        insist(this.#ahead < plan.readahead + this.outstanding, "at most `readahead` are held");
      },
    });
  }

  /** Called when all promises have settled that could, so that every failure has been seen. */
  drained(): void {
    this.#frozenFrom = this.#failedFrom;
  }

  /** How many things are under way. */
  get busy(): number {
    return this.running + this.#reading + this.source.pulling;
  }

  /** The task of the maps. */
  readonly task = (item: number, context: TaskContext): unknown => this.#start(item, context, () => `result ${item}`);

  /** The task of the flat map. */
  readonly laneTask = (item: number, context: TaskContext): unknown =>
    this.#start(item, context, () => {
      const lane = this.#lane(item);
      this.lanes[item] = lane;
      return lane.iterable;
    });

  /** Items started and not taken; for a flat map, iterables that are not done with. */
  get #ahead(): number {
    if (this.plan.kind !== "parallelFlatMap") return this.source.given - this.received;
    let ahead = 0;
    for (let item = 0; item < this.started; item++) {
      const lane = this.lanes[item];
      if (lane === undefined || !lane.over || lane.given > (this.receivedOf[item] ?? 0)) ahead += 1;
    }
    return ahead;
  }

  get #reading(): number {
    return this.lanes.reduce((sum, lane) => sum + lane.pulling, 0);
  }

  #start(item: number, context: TaskContext, value: () => unknown): unknown {
    insist(item === this.started, "items are started in the order of the source");
    insist(context.index === item, "a task is given its item's index");
    insist(!this.closed, "nothing starts after the end");
    insist(this.#frozenFrom === Number.POSITIVE_INFINITY, "nothing starts after a failure");
    insist(!context.signal.aborted, "nothing starts with an aborted signal");
    this.started += 1;
    this.running += 1;
    this.signals.push(context.signal);
    insist(this.running + this.#reading <= this.plan.concurrency, "at most `concurrency` are running");
    const plan = this.plan.items[item] as ItemPlan;
    const settle = (): unknown => {
      this.running -= 1;
      if (plan.task.error === undefined) return value();
      this.#failedFrom = Math.min(this.#failedFrom, item);
      throw plan.task.error.thrown;
    };
    if (plan.task.manner === "sync") return this.#completeNow(settle);
    const promise =
      plan.task.manner === "settled"
        ? new Promise((resolve) => resolve(settle()))
        : this.#promise(plan, context.signal, settle);
    promise.then(
      (result) => this.completions.push({ value: result }),
      (thrown: unknown) => this.completions.push({ thrown }),
    );
    return promise;
  }

  #completeNow(settle: () => unknown): unknown {
    try {
      const value = settle();
      this.completions.push({ value });
      return value;
    } catch (thrown) {
      this.completions.push({ thrown });
      throw thrown;
    }
  }

  #promise(plan: ItemPlan, signal: AbortSignal, settle: () => unknown): Promise<unknown> {
    const { promise, resolve, reject } = deferred<unknown>();
    const cancel = this.agenda.add(() => answer(settle, resolve, reject));
    if (plan.heedsSignal) {
      signal.addEventListener("abort", () => {
        if (!cancel()) return;
        this.running -= 1;
        reject(signal.reason);
      });
    }
    return promise;
  }

  readonly #later = <A>(manner: Outcome["manner"], give: () => A): Promise<A> => {
    if (manner !== "later") return new Promise((resolve) => resolve(give()));
    const { promise, resolve, reject } = deferred<A>();
    this.agenda.add(() => answer(give, resolve, reject));
    return promise;
  };

  #lane(item: number): Feed<string> {
    const plan = (this.plan.items[item] as ItemPlan).lane;
    const lane: Feed<string> = new Feed({
      items: Array.from({ length: plan.length }, (_, i) => `${item}.${i}`),
      end: plan.end,
      asynchronous: plan.asynchronous,
      later: this.#later,
      onFail: () => {
        this.#failedFrom = Math.min(this.#failedFrom, item);
      },
      onPull: () => {
        insist(item <= this.#frozenFrom, "nothing is read behind a failure");
        insist(!this.closed, "nothing is read after the end");
        insist(this.running + this.#reading < this.plan.concurrency, "at most `concurrency` are being read");
        const ahead = lane.given - (this.receivedOf[item] ?? 0);
        insist(ahead < this.plan.prefetch + this.outstanding, "at most `prefetch` items are read ahead");
      },
    });
    return lane;
  }
}

function answer<A>(give: () => A, resolve: (value: A) => void, reject: (error: unknown) => void): void {
  try {
    resolve(give());
  } catch (error) {
    reject(error);
  }
}
