import type { Storage, StorageOptions } from "@asyncdelta/kernel-core";

/** What a request passes on its way. */
export interface Gate {
  /** Before the request: may wait. */
  enter(options: StorageOptions): Promise<Passage>;
}

export interface Passage {
  /** The first bytes are there: may wait before they are handed on. */
  arrived(): Promise<void>;
  /** The request is over, however it ended. */
  leave(): void;
}

/**
 * A storage whose every request passes a gate. A page of a listing is a request, and so is all of one `readRanges`.
 * `roundTrip` says instead of the storage what a round trip costs.
 */
export function gatedStorage(storage: Storage, gate: Gate, roundTrip?: Storage["roundTrip"]): Storage {
  async function pass<T>(options: StorageOptions, work: () => Promise<T>, isFree = (_result: T) => false): Promise<T> {
    const passage = await gate.enter(options);
    try {
      const result = await work();
      if (!isFree(result)) await passage.arrived();
      return result;
    } finally {
      passage.leave();
    }
  }

  return {
    get roundTrip() {
      return roundTrip ?? storage.roundTrip;
    },
    roundTripTo: (url) => roundTrip ?? storage.roundTripTo?.(url) ?? storage.roundTrip,
    listingOf: (directory) => storage.listingOf?.(directory) ?? "pages",
    ...(storage.names && {
      names: (directory: string, options: StorageOptions = {}) =>
        pass(options, () => storage.names!(directory, options)),
    }),
    async *list(directory, options = {}) {
      const pages = storage.list(directory, options)[Symbol.asyncIterator]();
      try {
        for (let first = true; ; first = false) {
          // That a listing has ended is known with its last page.
          const isEnd = (page: IteratorResult<unknown>): boolean => page.done === true && !first;
          const page = await pass(options, () => pages.next(), isEnd);
          if (page.done) return;
          yield page.value;
        }
      } finally {
        await pages.return?.();
      }
    },
    read: (url, options = {}) => pass(options, () => storage.read(url, options)),
    readRanges: (url, ranges, options = {}) => pass(options, () => storage.readRanges(url, ranges, options)),
    async *stream(url, options = {}) {
      const passage = await gate.enter(options);
      try {
        let waited = false;
        for await (const piece of storage.stream(url, options)) {
          if (!waited) await passage.arrived();
          waited = true;
          yield piece;
        }
        if (!waited) await passage.arrived();
      } finally {
        passage.leave();
      }
    },
    head: (url, options = {}) => pass(options, () => storage.head(url, options)),
    put: (url, bytes, options) => pass(options, () => storage.put(url, bytes, options)),
    delete: (url, options = {}) => pass(options, () => storage.delete(url, options)),
  };
}
