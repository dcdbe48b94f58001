import {
  type Clock,
  type JsonHandler,
  type ParquetFile,
  type ParquetHandler,
  roundTripOf,
  type Storage,
  type StorageOptions,
} from "@asyncdelta/kernel-core";
import type { ClosingScope } from "./closing-scope.js";

/** A storage whose every operation ends when the scope is closed. */
export function closableStorage(storage: Storage, scope: ClosingScope): Storage {
  return {
    get roundTrip() {
      return storage.roundTrip;
    },
    roundTripTo: (url) => roundTripOf(storage, url),
    listingOf: (directory) => storage.listingOf?.(directory) ?? "pages",
    ...(storage.names && {
      names: (directory: string, options: StorageOptions = {}) =>
        scope.run(options.signal, (signal) => storage.names!(directory, { ...options, signal })),
    }),
    list: (directory, options = {}) =>
      scope.iterate(options.signal, (signal) => storage.list(directory, { ...options, signal })),
    read: (url, options = {}) => scope.run(options.signal, (signal) => storage.read(url, { ...options, signal })),
    readRanges: (url, ranges, options = {}) =>
      scope.run(options.signal, (signal) => storage.readRanges(url, ranges, { ...options, signal })),
    stream: (url, options = {}) =>
      scope.iterate(options.signal, (signal) => storage.stream(url, { ...options, signal })),
    head: (url, options = {}) => scope.run(options.signal, (signal) => storage.head(url, { ...options, signal })),
    put: (url, bytes, options) =>
      scope.run(options.signal, (signal) => storage.put(url, bytes, { ...options, signal })),
    delete: (url, options = {}) => scope.run(options.signal, (signal) => storage.delete(url, { ...options, signal })),
  };
}

/** A JSON handler whose every operation ends when the scope is closed. */
export function closableJson(json: JsonHandler, scope: ClosingScope): JsonHandler {
  return {
    parseLines: (bytes, options) =>
      scope.run(options.signal, (signal) => json.parseLines(bytes, { ...options, signal })),
    readBatches: (url, options) =>
      scope.iterate(options.signal, (signal) => json.readBatches(url, { ...options, signal })),
  };
}

/** A Parquet handler whose every operation, on files that it has opened too, ends when the scope is closed. */
export function closableParquet(parquet: ParquetHandler, scope: ClosingScope): ParquetHandler {
  const closableFile = (file: ParquetFile): ParquetFile => ({
    ...file,
    ...(file.pages && {
      pages: (options) => scope.run(options.signal, (signal) => file.pages!({ ...options, signal })),
    }),
    ...(file.absentValues && {
      absentValues: (options) => scope.run(options.signal, (signal) => file.absentValues!({ ...options, signal })),
    }),
    read: (options = {}) => scope.iterate(options.signal, (signal) => file.read({ ...options, signal })),
  });
  return {
    open: (url, options) =>
      scope.run(options.signal, async (signal) => closableFile(await parquet.open(url, { ...options, signal }))),
  };
}

/** A clock whose sleepers wake with an error when the scope is closed. */
export function closableClock(clock: Clock, scope: ClosingScope): Clock {
  return {
    now: () => clock.now(),
    sleep: (ms, options = {}) => scope.run(options.signal, (signal) => clock.sleep(ms, { signal })),
  };
}
