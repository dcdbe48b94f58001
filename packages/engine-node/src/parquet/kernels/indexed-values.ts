import type { RowRanges } from "@asyncdelta/kernel-core";
import type { Values } from "../javascript/values.js";
import { gatherValues, type KernelIndexes } from "./kernel-values.js";
import type { PageMemory } from "./page-memory.js";
import { viewValues } from "./view-values.js";

const INDEX = 4;

/** Values of a page that are still numbers of values in its dictionary, in the kernels' memory until the next piece of work. */
export class IndexedValues {
  readonly #memory: PageMemory;
  readonly #indexes: KernelIndexes;
  readonly #isText: boolean;
  readonly #end: number;

  /** Of entries that must be texts, if `isText`, it is looked at whether they are. */
  constructor(memory: PageMemory, indexes: KernelIndexes, isText: boolean) {
    this.#memory = memory;
    this.#indexes = indexes;
    this.#isText = isText;
    this.#end = memory.next;
  }

  all(): Values {
    this.#memory.rewind(this.#end);
    const { address, count, bytes } = this.#indexes;
    return this.#gather(address, count, bytes);
  }

  /** The `count` values in some ranges of entries, of which the page's first is number `before`. */
  pick(ranges: RowRanges, count: number, before: number): Values {
    const memory = this.#memory;
    // What was picked before has been used: a page may be picked from in many small parts.
    memory.rewind(this.#end);
    const places = memory.put(new Uint8Array(ranges.buffer, ranges.byteOffset, ranges.byteLength));
    const indexes = memory.take(INDEX * count);
    memory.kernels.pickIndexes(this.#indexes.address, places, ranges.length / 2, before, indexes);
    return this.#gather(indexes, count);
  }

  #gather(indexes: number, count: number, bytes?: number): Values {
    const found = gatherValues(this.#memory, this.#indexes, indexes, count, bytes);
    return viewValues(this.#memory, found, count, this.#isText);
  }
}
