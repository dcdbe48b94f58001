/** What every combinator returns: an iterator for one consumer, closed by `break`, `return()` or `await using`. */
export interface ParallelIterator<T> extends AsyncIterableIterator<T>, AsyncDisposable {
  next(): Promise<IteratorResult<T>>;
  /**
   * Stops at once, also while a `next()` is pending, which ends as done. Resolves when all is quiet: the tasks' signal
   * has aborted, the source has been returned, every task has settled. Rejects if the source's own `return()` does.
   */
  return(): Promise<IteratorResult<T>>;
  [Symbol.asyncIterator](): this;
}
