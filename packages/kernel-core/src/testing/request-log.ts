import type { ByteRange } from "../engine/storage.js";
import { isDeltaError } from "../errors.js";

export type StorageVerb = "list" | "read" | "readRanges" | "stream" | "head" | "put" | "delete";

/** One request as the recorder saw it. A page of a listing is a request; so is all of one `readRanges`. */
export interface RecordedRequest {
  readonly verb: StorageVerb;
  readonly url: string;
  /**
   * Length of the longest chain of requests that ends here, when each waited for all that had ended before it: 1 for
   * those that start first. The greatest round is the number of dependent round trips.
   */
  readonly round: number;
  /** Position among all starts and ends since the last reset. */
  readonly startedAt: number;
  /** Absent while under way. */
  readonly endedAt?: number;
  /** Bytes got (or put), as ranges of the object; empty until they are there. */
  readonly ranges: readonly ByteRange[];
  readonly outcome: "running" | "ok" | "absent" | "aborted" | "failed";
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** The requests since the last reset. */
export interface RequestLog {
  readonly requests: Mutable<RecordedRequest>[];
  events: number;
  /** Greatest round among the requests that have ended. */
  ended: number;
}

/** A request under way. */
export interface Ticket {
  end(outcome: RecordedRequest["outcome"], ranges?: readonly ByteRange[]): void;
  forget(): void;
}

/** No requests yet. */
export function newLog(): RequestLog {
  return { requests: [], events: 0, ended: 0 };
}

/** Notes the start of a request. */
export function startRequest(log: RequestLog, verb: StorageVerb, url: string): Ticket {
  const request: Mutable<RecordedRequest> = {
    verb,
    url,
    round: log.ended + 1,
    startedAt: log.events++,
    ranges: [],
    outcome: "running",
  };
  log.requests.push(request);
  return {
    end(outcome, ranges = []) {
      log.ended = Math.max(log.ended, request.round);
      request.endedAt = log.events++;
      request.outcome = outcome;
      request.ranges = ranges;
    },
    forget() {
      log.requests.splice(log.requests.indexOf(request), 1);
    },
  };
}

/** Most requests that were under way at once. */
export function peakOf(requests: readonly RecordedRequest[]): number {
  const starts = requests.map(({ startedAt }) => startedAt);
  const ends = requests.map(({ endedAt }) => endedAt ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  let ended = 0;
  let peak = 0;
  for (const [started, at] of starts.entries()) {
    while (ends[ended]! < at) ended++;
    peak = Math.max(peak, started + 1 - ended);
  }
  return peak;
}

/** How a request that threw has ended. */
export function outcomeOf(error: unknown): RecordedRequest["outcome"] {
  if (isDeltaError(error, "FILE_NOT_FOUND")) return "absent";
  return isDeltaError(error, "ABORTED") ? "aborted" : "failed";
}
