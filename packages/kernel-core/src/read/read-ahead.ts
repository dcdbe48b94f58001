import { type AnyIterable, type Permit, parallelFlatMap, parallelMap, Semaphore } from "@asyncdelta/parallel";
import type { Engine } from "../engine/engine.js";
import { roundTripOf } from "../engine/round-trip.js";

/** How items, each of which has a file to it, are read. */
export interface ReadSteps<T, O, R> {
  /** What comes before the rows: the footer, a deletion vector. */
  open(item: T, signal: AbortSignal): Promise<O>;
  read(opened: O, signal: AbortSignal): AsyncIterable<R>;
  /** URL of its file. */
  urlOf(item: T): string;
  /** The bytes that opening brings, where that is more than a footer. */
  bytesOf?(item: T): number | undefined;
}

interface Opened<O> {
  readonly opened: O;
  /** For the bytes that it has brought, until these are being read. */
  readonly permit: Permit | undefined;
}

/**
 * Reads many items in order, several at once. Where a round trip is costly, as many are opened ahead as the engine has requests,
 * up to 16, or so many that they bring 48 MiB, and twice as many are read as it has decodes, so that bytes of some come while
 * others are decoded. Elsewhere opening is work of this thread, for which the first file should not wait: one more is opened than is
 * read, and one more is read than it has decodes. Never is more done at once than it has requests. Which of the two it is, the
 * first item tells, since an engine may lead to several stores: those of one table are in one, as a rule.
 */
export async function* readAhead<T, O, R>(
  engine: Engine,
  items: AnyIterable<readonly T[]>,
  { open, read, urlOf, bytesOf }: ReadSteps<T, O, R>,
  signal: AbortSignal | undefined,
): AsyncGenerator<R, void, undefined> {
  const { requests, decodes } = engine.limits;
  const room = new Semaphore(AHEAD_BYTES);
  const openOne = async (item: T, signal: AbortSignal): Promise<Opened<O>> => {
    const weight = bytesOf?.(item);
    const permit = weight ? await room.acquire({ weight, signal }) : undefined;
    return { opened: await open(item, signal), permit };
  };
  const readOne = ({ opened, permit }: Opened<O>, signal: AbortSignal): AsyncIterable<R> => {
    const rows = read(opened, signal);
    return permit === undefined ? rows : releasing(permit, rows);
  };
  const all = flatten(items);
  try {
    const first = await all.next();
    if (first.done) return;
    const isFar = roundTripOf(engine.storage, urlOf(first.value)) === "costly";
    const reads = isFar ? 2 * decodes : decodes + 1;
    const opened = parallelMap(startingWith(first.value, all), (item, context) => openOne(item, context.signal), {
      concurrency: Math.min(requests, isFar ? MOST_OPENED_AHEAD : reads + 1),
      signal,
    });
    yield* parallelFlatMap(opened, (item, context) => readOne(item, context.signal), {
      concurrency: Math.min(requests, reads),
      signal,
    });
  } finally {
    await all.return();
  }
}

/** Footers are small, but an opened file may hold its last few hundred kilobytes. */
const MOST_OPENED_AHEAD = 16;

/** Bytes of files that come whole, on their way or waiting to be read: more of them would only wait, in fresh memory. */
const AHEAD_BYTES = 48 * 1024 * 1024;

/** Makes room for others once reading has begun. */
async function* releasing<R>(permit: Permit, rows: AsyncIterable<R>): AsyncGenerator<R, void, undefined> {
  try {
    for await (const row of rows) {
      permit.release();
      yield row;
    }
  } finally {
    permit.release();
  }
}

async function* flatten<T>(batches: AnyIterable<readonly T[]>): AsyncGenerator<T, void, undefined> {
  for await (const batch of batches) yield* batch;
}

async function* startingWith<T>(first: T, others: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  yield first;
  yield* others;
}
