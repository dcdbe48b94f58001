import { Ring } from "./ring.js";
import type { Sink, Source } from "./source.js";
import { DONE, FAILED, PENDING, type Status } from "./stage.js";

/** Who hears of what a lane has been given. Each call answers one pull, or a failed opening. */
export interface LaneOwner<R> {
  laneItem(lane: Lane<R>, value: R): void;
  laneEnded(lane: Lane<R>): void;
}

/** One inner iterable of a flat map: opened ahead of its turn, and read a little ahead too. */
export class Lane<R> implements Sink<R> {
  readonly index: number;
  readonly items: Ring<R> = new Ring();
  /** Undefined until the task has given its iterable. */
  source: Source<R> | undefined;
  /** `PENDING` while there may be more items, then `DONE` or `FAILED`. */
  ended: Status = PENDING;
  error: unknown;
  readonly #owner: LaneOwner<R>;

  constructor(index: number, owner: LaneOwner<R>) {
    this.index = index;
    this.#owner = owner;
  }

  /** Whether everything has been read and taken. */
  get spent(): boolean {
    return this.ended === DONE && this.items.size === 0;
  }

  item(value: R): void {
    this.#owner.laneItem(this, value);
  }

  end(): void {
    this.ended = DONE;
    this.#owner.laneEnded(this);
  }

  fail(error: unknown): void {
    this.ended = FAILED;
    this.error = error;
    this.#owner.laneEnded(this);
  }
}
