/** Every way in which an operation can fail, as a stable text to match on. */
export type DeltaErrorCode =
  /** The operation was stopped by its signal; `cause` is the signal's reason. */
  | "ABORTED"
  /** An argument or option is out of range, contradictory or of the wrong type. */
  | "INVALID_ARGUMENT"
  /** There is no Delta table at this location: no `_delta_log` with a commit or checkpoint. */
  | "TABLE_NOT_FOUND"
  /** The table exists, the wanted version does not (yet, or no longer). */
  | "VERSION_NOT_FOUND"
  /**
   * The wanted timestamp lies before the first version that can still be read. Of a change feed also: it is to begin after the
   * last one.
   */
  | "TIMESTAMP_OUT_OF_RANGE"
  /** A commit that the wanted version needs is missing, or the log starts too late. */
  | "LOG_GAP"
  /** A file of the log cannot be understood: torn JSON, a contradiction, a missing required field. */
  | "LOG_CORRUPT"
  /** A checkpoint lacks a part, a sidecar or a column that it must have, or cannot be decoded. */
  | "CHECKPOINT_CORRUPT"
  /** Replay ended without a `protocol` action. */
  | "PROTOCOL_MISSING"
  /** Replay ended without a `metaData` action. */
  | "METADATA_MISSING"
  /** The protocol's version numbers or feature lists contradict each other. */
  | "PROTOCOL_INVALID"
  /** The table needs a feature (see `feature`) that this reader does not have. */
  | "FEATURE_UNSUPPORTED"
  /** The table's schema text cannot be understood. */
  | "SCHEMA_INVALID"
  /** Changes were not recorded at a wanted version (see `version`): the change data feed was not enabled there. */
  | "CHANGE_FEED_DISABLED"
  /** Rows of one version (see `version`) cannot be given out in the schema of another. */
  | "SCHEMA_INCOMPATIBLE"
  /** A wanted column is not in the table. */
  | "COLUMN_NOT_FOUND"
  /** A value of the log (a partition value, say) is no value of its type. */
  | "VALUE_INVALID"
  /** A file that the log refers to is gone. */
  | "FILE_NOT_FOUND"
  /** A file is shorter than the log or its own footer says, or was replaced while it was read. */
  | "FILE_CHANGED"
  /** A data file cannot be decoded. */
  | "FILE_CORRUPT"
  /** A column of a data file cannot be read as the table's type. */
  | "TYPE_MISMATCH"
  /** A deletion vector cannot be read, or its checksum, size or cardinality is wrong. */
  | "DELETION_VECTOR_CORRUPT"
  /** The storage refused: no permission. */
  | "ACCESS_DENIED"
  /** The storage failed in a way that is neither absence nor permission. */
  | "STORAGE_FAILED"
  /** A worker thread died while it worked on this task, or none could be started. */
  | "WORKER_DIED"
  /** The engine or table has been closed. */
  | "CLOSED";

/** What an error is about; each fact is there when it is known. */
export interface DeltaErrorFacts {
  /** Table version. */
  readonly version?: number;
  /** URL or log path of the file concerned. */
  readonly path?: string;
  /** Name of the table feature, as in the protocol action. */
  readonly feature?: string;
  /** Name of the column, dotted when nested. */
  readonly column?: string;
  /** What went wrong below. */
  readonly cause?: unknown;
}

const BRAND: unique symbol = Symbol.for("asyncdelta.DeltaError") as never;

/**
 * The one error of this library: match on `code`, read the facts, show the `message`, which says what to do.
 * Use {@link isDeltaError} rather than `instanceof`, which fails across two installed copies.
 */
export class DeltaError extends Error {
  override readonly name: string = "DeltaError";
  readonly code: DeltaErrorCode;
  readonly version?: number;
  readonly path?: string;
  readonly feature?: string;
  readonly column?: string;

  constructor(code: DeltaErrorCode, message: string, facts: DeltaErrorFacts = {}) {
    super(message, "cause" in facts ? { cause: facts.cause } : undefined);
    this.code = code;
    if (facts.version !== undefined) this.version = facts.version;
    if (facts.path !== undefined) this.path = facts.path;
    if (facts.feature !== undefined) this.feature = facts.feature;
    if (facts.column !== undefined) this.column = facts.column;
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/** Whether a caught value is a {@link DeltaError}, and, with `code`, whether it is that one. */
export function isDeltaError<C extends DeltaErrorCode>(error: unknown, code?: C): error is DeltaError & { code: C } {
  const branded = typeof error === "object" && error !== null && BRAND in error;
  return branded && (code === undefined || (error as unknown as DeltaError).code === code);
}

/** The one error in which a cancelled operation ends. */
export function abortedError(signal: AbortSignal): DeltaError {
  if (isDeltaError(signal.reason, "ABORTED")) return signal.reason;
  return new DeltaError("ABORTED", "The operation was stopped by its signal.", { cause: signal.reason });
}

/** Throws {@link abortedError} if the signal has aborted. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortedError(signal);
}
