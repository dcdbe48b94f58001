import { type ByteRange, roundTripOf, type Storage, type StorageOptions } from "@asyncdelta/kernel-core";
import { type OpenSpan, openSpan, type SpanStart } from "./channels.js";
import { traceItems, traceRun } from "./trace-work.js";

const traced = new WeakSet<Storage>();

/** Says that the requests of a storage are traced further below, so that none is seen twice. */
export function tracedBelow(storage: Storage): Storage {
  traced.add(storage);
  return storage;
}

/** Whether the requests of a storage are spans already. */
export function isTraced(storage: Storage): boolean {
  return traced.has(storage);
}

/**
 * A storage whose requests are spans on the channel `asyncdelta:request`. A page of a listing is a request, and so is all
 * of one `readRanges`. Results, errors and signals pass unchanged.
 */
export function tracedStorage(storage: Storage): Storage {
  return tracedBelow({
    get roundTrip() {
      return storage.roundTrip;
    },
    roundTripTo: (url) => roundTripOf(storage, url),
    listingOf: (directory) => storage.listingOf?.(directory) ?? "pages",
    ...(storage.names && {
      names: (directory: string, options?: StorageOptions) =>
        traceRun(
          "request",
          request("names", directory),
          () => storage.names!(directory, options),
          (names, { context }) => {
            context.items = names.length;
          },
        ),
    }),
    list: (directory, options) => listPages(storage.list(directory, options), directory),
    read: (url, options) =>
      traceRun(
        "request",
        request("read", url),
        () => storage.read(url, options),
        (bytes, { context }) => {
          context.bytes = bytes.length;
        },
      ),
    readRanges: (url, ranges, options) =>
      traceRun(
        "request",
        request("readRanges", url),
        () => storage.readRanges(url, ranges, options),
        (_, { context }) => {
          context.bytes = lengthOf(ranges);
        },
      ),
    stream: (url, options) =>
      traceItems("request", request("stream", url), () => storage.stream(url, options), {
        note: (piece, { context }) => {
          context.bytes += piece.length;
        },
      }),
    head: (url, options) => traceRun("request", request("head", url), () => storage.head(url, options)),
    put: (url, bytes, options) =>
      traceRun("request", { ...request("put", url), bytes: bytes.length }, () => storage.put(url, bytes, options)),
    delete: (url, options) => traceRun("request", request("delete", url), () => storage.delete(url, options)),
  });
}

function request(name: string, url: string): SpanStart {
  return { kind: "request", name, url };
}

function lengthOf(ranges: readonly ByteRange[]): number {
  return ranges.reduce((sum, { length }) => sum + length, 0);
}

/** A span for each page. The end of a listing comes with its last page and is none of its own. */
async function* listPages<T>(pages: AsyncIterable<readonly T[]>, directory: string): AsyncGenerator<readonly T[]> {
  const source = pages[Symbol.asyncIterator]();
  let finished = false;
  try {
    for (let first = true; ; first = false) {
      const startedAt = performance.now();
      const started = () => openSpan("request", { ...request("list", directory), startedAt });
      const page = await source.next().catch((error: unknown) => {
        finished = true;
        started()?.fail(error);
        throw error;
      });
      if (first || !page.done) endPage(started(), page.done ? 0 : page.value.length);
      finished = page.done === true;
      if (page.done) return;
      yield page.value;
    }
  } finally {
    if (!finished) await source.return?.();
  }
}

function endPage(span: OpenSpan | undefined, objects: number): void {
  if (span === undefined) return;
  span.context.items = objects;
  span.end();
}
