import { throwIfAborted } from "@asyncdelta/kernel-core";
import { onAbort } from "@asyncdelta/parallel";
import type { DecodeJob, RowGroupDecoder } from "./decoder.js";

/** One that decodes, or waits to. */
interface Place extends Pick<DecodeJob, "since" | "rowGroup"> {
  readonly wake: () => void;
}

const places = new WeakMap<object, Set<Place>>();

/** A decoder for one thread, which has one row group of a sequence after the other. */
export function sequenced(decoder: RowGroupDecoder): RowGroupDecoder {
  return {
    decode: (job, options) => inSequence(job, options.signal, () => decoder.decode(job, options)),
  };
}

/**
 * Decodes when all that comes before it in its sequence, as far as it has begun, has been decoded: on one thread, several that take
 * turns are all done later, and hold more memory meanwhile.
 */
export async function* inSequence<T>(
  { sequence, since, rowGroup }: Pick<DecodeJob, "sequence" | "since" | "rowGroup">,
  signal: AbortSignal | undefined,
  decode: () => AsyncIterable<T>,
): AsyncGenerator<T, void, undefined> {
  if (sequence === undefined) {
    yield* decode();
    return;
  }
  const others = places.get(sequence) ?? new Set();
  places.set(sequence, others);
  let wake = (): void => {};
  const place: Place = { since, rowGroup, wake: () => wake() };
  others.add(place);
  const stopWaiting = onAbort(signal, place.wake);
  try {
    while (hasBefore(others, place)) {
      throwIfAborted(signal);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    yield* decode();
  } finally {
    stopWaiting();
    others.delete(place);
    for (const other of others) other.wake();
  }
}

function hasBefore(others: ReadonlySet<Place>, { since, rowGroup }: Place): boolean {
  for (const other of others) {
    if (other.since < since || (other.since === since && other.rowGroup < rowGroup)) return true;
  }
  return false;
}
