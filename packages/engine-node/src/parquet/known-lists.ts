import type { CompactReader } from "./compact-reader.js";

/** Bytes that are kept, at most. */
const MOST_BYTES = 1 << 20;

/**
 * Lists that have been read before, known by their bytes: what one footer says as the last one did need not be made anew. They
 * are read in an order, and of each place in it the last is kept. Nobody may change what they give.
 */
export class KnownLists<T> {
  #known: { readonly bytes: Uint8Array; readonly value: T }[] = [];
  #size = 0;
  #place = 0;

  /** Goes to the first place. */
  restart(): void {
    this.#place = 0;
  }

  /** Passes over the list at which the reader stands, the next in order, and gives what `read` makes of it. */
  read(reader: CompactReader, read: () => T): T {
    const place = this.#place++;
    const known = this.#known[place];
    if (known !== undefined && reader.passList(known.bytes)) return known.value;
    const start = reader.at;
    const value = read();
    this.#keep(place, { bytes: reader.copyFrom(start), value });
    return value;
  }

  #keep(place: number, list: { readonly bytes: Uint8Array; readonly value: T }): void {
    if (this.#size > MOST_BYTES) {
      this.#known = [];
      this.#size = 0;
    }
    // A damaged row group need not have the places before.
    if (place > this.#known.length) return;
    this.#size += list.bytes.length - (this.#known[place]?.bytes.length ?? 0);
    this.#known[place] = list;
  }
}
