import { roundTripOf } from "../engine/round-trip.js";
import type { ByteRange, ReadOptions, Storage, StorageOptions } from "../engine/storage.js";
import { type RepeatedBytes, repeatedBytes } from "./repeated-bytes.js";
import {
  newLog,
  outcomeOf,
  peakOf,
  type RecordedRequest,
  type StorageVerb,
  startRequest,
  type Ticket,
} from "./request-log.js";
import type { VirtualClock } from "./virtual-clock.js";

export interface RecordingStorageOptions {
  /** Every request takes `delayMs` of this clock's time, so that requests made together really overlap. */
  readonly clock?: VirtualClock;
  /** 0 by default. */
  readonly delayMs?: number;
}

/** A storage that passes everything on and remembers it. */
export interface RecordingStorage extends Storage {
  /** In the order of their starts. */
  readonly requests: readonly RecordedRequest[];
  /** Requests under way now. */
  readonly inFlight: number;
  /** Most requests that were under way at once. */
  readonly peak: number;
  /** Dependent round trips so far: the greatest `round`, 0 without requests. */
  readonly rounds: number;
  /** Bytes got. */
  readonly bytesRead: number;
  /** Forgets everything; requests still under way are not counted any more. */
  reset(): void;
  /** Parts of objects that were read more than once. */
  repeated(): RepeatedBytes[];
  /** Throws an error that names them, if any bytes were read more than once. */
  assertNothingReadTwice(): void;
}

/** Wraps a storage in a recorder. Errors, results and signals pass unchanged. */
export function recordingStorage(inner: Storage, options: RecordingStorageOptions = {}): RecordingStorage {
  const { clock, delayMs = 0 } = options;
  let log = newLog();

  function begin(verb: StorageVerb, url: string): Ticket {
    return startRequest(log, verb, url);
  }

  /** Lets a request take its virtual time. The clock stands still while real work is under way. */
  async function delayed<T>(
    work: () => Promise<T>,
    { signal }: StorageOptions,
    isFree: (result: T) => boolean = () => false,
  ): Promise<T> {
    if (clock === undefined) return work();
    const due = clock.now() + delayMs;
    const release = clock.hold();
    let result: T;
    try {
      result = await work();
    } finally {
      release();
    }
    if (!isFree(result)) await clock.sleep(due - clock.now(), { signal });
    return result;
  }

  async function whole<T>(
    verb: StorageVerb,
    url: string,
    options: StorageOptions,
    work: () => Promise<T>,
    ranges: (result: T) => readonly ByteRange[],
  ): Promise<T> {
    const ticket = begin(verb, url);
    try {
      const result = await delayed(work, options);
      ticket.end("ok", ranges(result));
      return result;
    } catch (error) {
      ticket.end(outcomeOf(error));
      throw error;
    }
  }

  return {
    get roundTrip() {
      return inner.roundTrip;
    },
    roundTripTo: (url) => roundTripOf(inner, url),
    listingOf: (directory) => inner.listingOf?.(directory) ?? "pages",
    ...(inner.names && {
      names: (directory: string, namesOptions: StorageOptions = {}) =>
        whole(
          "list",
          directory,
          namesOptions,
          () => inner.names!(directory, namesOptions),
          () => [],
        ),
    }),
    get requests() {
      return log.requests;
    },
    get inFlight() {
      return log.requests.filter(({ endedAt }) => endedAt === undefined).length;
    },
    get peak() {
      return peakOf(log.requests);
    },
    get rounds() {
      return log.requests.reduce((most, { round }) => Math.max(most, round), 0);
    },
    get bytesRead() {
      let sum = 0;
      for (const request of log.requests) {
        if (request.verb !== "put") for (const { length } of request.ranges) sum += length;
      }
      return sum;
    },
    reset() {
      log = newLog();
    },
    repeated: () => repeatedBytes(log.requests),
    assertNothingReadTwice() {
      const repeated = repeatedBytes(log.requests);
      if (repeated.length === 0) return;
      const lines = repeated.map(({ url, offset, length, times }) => `${url} [${offset}, +${length}) ×${times}`);
      throw new Error(`Bytes read more than once:\n${lines.join("\n")}`);
    },

    async *list(directory, listOptions = {}) {
      const pages = inner.list(directory, listOptions)[Symbol.asyncIterator]();
      const nextPage = async (first: boolean) => {
        const ticket = begin("list", directory);
        // The end of a listing comes with its last page: noticing it costs no request of its own.
        const isEnd = (page: IteratorResult<unknown>) => page.done === true && !first;
        try {
          const page = await delayed(() => pages.next(), listOptions, isEnd);
          if (isEnd(page)) ticket.forget();
          else ticket.end("ok");
          return page;
        } catch (error) {
          ticket.end(outcomeOf(error));
          throw error;
        }
      };
      let pending = nextPage(true);
      try {
        for (;;) {
          const page = await pending;
          if (page.done) return;
          pending = nextPage(false);
          pending.catch(() => {});
          yield page.value;
        }
      } finally {
        await Promise.allSettled([pages.return?.(), pending]);
      }
    },

    read: (url, readOptions: ReadOptions = {}) =>
      whole(
        "read",
        url,
        readOptions,
        () => inner.read(url, readOptions),
        (bytes) => [{ offset: readOptions.range?.offset ?? 0, length: bytes.length }],
      ),

    readRanges: (url, ranges, readOptions = {}) =>
      whole(
        "readRanges",
        url,
        readOptions,
        () => inner.readRanges(url, ranges, readOptions),
        () => ranges,
      ),

    async *stream(url, readOptions = {}) {
      const ticket = begin("stream", url);
      const offset = readOptions.range?.offset ?? 0;
      let length = 0;
      let outcome: RecordedRequest["outcome"] = "aborted";
      const pieces = inner.stream(url, readOptions)[Symbol.asyncIterator]();
      try {
        let piece = await delayed(() => pieces.next(), readOptions);
        while (!piece.done) {
          length += piece.value.length;
          yield piece.value;
          piece = await pieces.next();
        }
        outcome = "ok";
      } catch (error) {
        outcome = outcomeOf(error);
        throw error;
      } finally {
        ticket.end(outcome, length === 0 ? [] : [{ offset, length }]);
        await pieces.return?.();
      }
    },

    head: (url, headOptions = {}) =>
      whole(
        "head",
        url,
        headOptions,
        () => inner.head(url, headOptions),
        () => [],
      ),
    put: (url, bytes, putOptions) =>
      whole(
        "put",
        url,
        putOptions,
        () => inner.put(url, bytes, putOptions),
        () => [{ offset: 0, length: bytes.length }],
      ),
    delete: (url, deleteOptions = {}) =>
      whole(
        "delete",
        url,
        deleteOptions,
        () => inner.delete(url, deleteOptions),
        () => [],
      ),
  };
}
