/** An error on its way, boxed, so that `throw undefined` is an error too. */
export interface Failure {
  readonly error: unknown;
}

/** What a stage has for the consumer: nothing yet, a value, an error, or the end. */
export type Status = 0 | 1 | 2 | 3;
export const PENDING = 0;
export const VALUE = 1;
export const FAILED = 2;
export const DONE = 3;

/** What a promise of `next()` may be settled with. */
export type Delivery<R> = IteratorResult<R> | Promise<IteratorResult<R>>;

/** The working half of a combinator: it runs tasks ahead, and hands the results to a {@link Consumer}. */
export interface Stage<R> {
  /** Opens the source and fills the window. */
  open(signal: AbortSignal, consumer: Consumer<R>): void;
  /** Starts as much as the window has room for. */
  fill(): void;
  /** What is at the head. */
  status(): Status;
  /** At `VALUE`: removes the head, for a `next()` that has not returned yet. */
  take(): Promise<IteratorResult<R>>;
  /** At `VALUE`: removes the head, for a `next()` that waits. */
  takeResult(): IteratorResult<R>;
  /** At `FAILED`: the error. */
  error(): unknown;
  /**
   * At `PENDING`: the promise of the task at the head, if it has one that can serve as the promise of `next()`. Once
   * claimed, the stage settles it with what the consumer says.
   */
  claim(): Promise<IteratorResult<R>> | undefined;
  /**
   * Starts nothing more, returns the source, and resolves when all that ran has settled, with the failure of the
   * source's `return()`, if any. Never rejects.
   */
  close(): Promise<Failure | undefined>;
}

/** The delivering half, as the stage sees it. */
export interface Consumer<R> {
  /** Whether a `next()` waits for the head. */
  readonly waiting: boolean;
  /** Gives the waiting `next()` the head, which the stage has removed. */
  serve(result: IteratorResult<R>): void;
  /** The head may have changed. */
  notify(): void;
  /** The claimed head has given its value and has been removed. */
  claimServed(): void;
  /** The claimed head has failed: what its promise is to give. */
  claimFailed(error: unknown): Delivery<R>;
  /** The claimed head has settled after the end: what its promise is to give. */
  claimClosed(): Delivery<R>;
}
