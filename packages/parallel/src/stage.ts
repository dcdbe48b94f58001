/** An error on its way, so that `throw undefined` is an error too. */
export interface Failure {
  readonly error: unknown;
}

/** What a stage has for the consumer: nothing yet, a value, an error, or the end. */
export type Status = 0 | 1 | 2 | 3;
export const PENDING = 0;
export const VALUE = 1;
export const FAILED = 2;
export const DONE = 3;

/** The working half of a combinator: it runs tasks ahead and hands results to an {@link Outlet}. */
export interface Stage<R> {
  /** Opens the source and fills the window. `notify` is to be called when `status()` may have changed. */
  open(signal: AbortSignal, notify: () => void): void;
  status(): Status;
  /** Removes what `status()` announced: a value, or an error. */
  shift(): unknown;
  /** Fills the window again after `shift()`. */
  fill(): void;
  /**
   * Starts nothing more, returns the source, and resolves when all that ran has settled, with the failure of the
   * source's `return()`, if any. Never rejects.
   */
  close(): Promise<Failure | undefined>;
  /** Only for the type. */
  readonly result?: R;
}
