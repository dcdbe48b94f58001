import type { RowRanges } from "@asyncdelta/kernel-core";
import type { Values } from "../javascript/values.js";
import type { Dictionary, HeldDictionary } from "./dictionary.js";
import { gatherValues } from "./kernel-values.js";
import type { PageMemory } from "./page-memory.js";
import { viewValues } from "./view-values.js";

const INDEX = 4;

/** Values of a page that are still numbers of values in its dictionary, in the kernels' memory until the next piece of work. */
export class IndexedValues {
  readonly #memory: PageMemory;
  readonly #dictionary: Dictionary;
  readonly #held: HeldDictionary;
  readonly #indexes: number;
  readonly #count: number;
  readonly #isText: boolean;
  readonly #end: number;

  /** Of entries that must be texts, if `isText`, it is looked at whether they are. */
  constructor(
    memory: PageMemory,
    dictionary: Dictionary,
    held: HeldDictionary,
    indexes: number,
    count: number,
    isText: boolean,
  ) {
    this.#memory = memory;
    this.#dictionary = dictionary;
    this.#held = held;
    this.#indexes = indexes;
    this.#count = count;
    this.#isText = isText;
    this.#end = memory.next;
  }

  all(): Values {
    this.#memory.rewind(this.#end);
    return this.#gather(this.#indexes, this.#count);
  }

  /** The `count` values in some ranges of entries, of which the page's first is number `before`. */
  pick(ranges: RowRanges, count: number, before: number): Values {
    const memory = this.#memory;
    // What was picked before has been used: a page may be picked from in many small parts.
    memory.rewind(this.#end);
    const places = memory.put(new Uint8Array(ranges.buffer, ranges.byteOffset, ranges.byteLength));
    const indexes = memory.take(INDEX * count);
    memory.kernels.pickIndexes(this.#indexes, places, ranges.length / 2, before, indexes);
    return this.#gather(indexes, count);
  }

  #gather(indexes: number, count: number): Values {
    const found = gatherValues(this.#memory, this.#dictionary, this.#held, indexes, count);
    return viewValues(this.#memory, found, count, this.#isText);
  }
}
