/** Something that the kernel does for its caller, to be seen in a trace. */
export interface Operation {
  readonly name: "snapshot" | "refresh" | "files" | "scan" | "changes";
  /** URL of the table's root, where the operation knows it. */
  readonly table?: string | undefined;
  /** Version of the table, where it is known from the start. */
  readonly version?: number | undefined;
}

/**
 * Sees the kernel's operations begin and end. It calls `work` exactly once and passes on what comes of it, results and
 * errors, unchanged. What runs below (requests, decoding) is the engine's own and is seen by the engine.
 */
export interface Observer {
  /** An operation with one result. */
  run<T>(operation: Operation, work: () => Promise<T>): Promise<T>;
  /** An operation with many. It begins with the first `next()` and ends with the last, or with `return()`. */
  iterate<T>(operation: Operation, work: () => AsyncGenerator<T, void, undefined>): AsyncGenerator<T, void, undefined>;
}

interface Observed {
  readonly observer?: Observer | undefined;
}

/** Runs an operation in the sight of the engine's observer, if it has one. */
export function observe<T>(engine: Observed, operation: Operation, work: () => Promise<T>): Promise<T> {
  return engine.observer === undefined ? work() : engine.observer.run(operation, work);
}

/** The same for an iteration. */
export function observeItems<T>(
  engine: Observed,
  operation: Operation,
  work: () => AsyncGenerator<T, void, undefined>,
): AsyncGenerator<T, void, undefined> {
  return engine.observer === undefined ? work() : engine.observer.iterate(operation, work);
}
