/// <reference lib="esnext.disposable" preserve="true" />
/** What every combinator returns: an iterator for one consumer, closed by `break`, by `return()` or by `await using`. */
export interface ParallelIterator<T> extends AsyncIterableIterator<T>, AsyncDisposable {
  /**
   * Gives the next result. May be called again before it has settled: the calls are served in order. Once it has
   * rejected or given the end, everything is quiet, and all further calls give the end.
   */
  next(): Promise<IteratorResult<T>>;
  /**
   * Stops at once, also while `next()` is pending, which then gives the end. Resolves when everything is quiet: the
   * tasks' signal has aborted, the source has been returned, every task has settled. Rejects if the source's own
   * `return()` does.
   */
  return(): Promise<IteratorResult<T>>;
  [Symbol.asyncIterator](): this;
}
