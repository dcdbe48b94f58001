import type { RowRanges } from "@asyncdelta/kernel-core";
import type { Values } from "../javascript/values.js";
import {
  gatherValues,
  hasRoomFor,
  type KernelIndexes,
  pickPacked,
  pickUnpacked,
  surelyHasRoom,
  unpackIndexes,
} from "./kernel-indexes.js";
import type { PageMemory } from "./page-memory.js";
import { viewValues } from "./view-values.js";

/** Each pick goes through the runs from the first one on. */
const MOST_PICKS = 4;

/** Values of a page that are still numbers of values in its dictionary, in the kernels' memory until the next piece of work. */
export class IndexedValues {
  readonly #memory: PageMemory;
  readonly #packed: KernelIndexes;
  readonly #isText: boolean;
  /** Where all indexes have been unpacked to. */
  #indexes: number | undefined;
  #picks = 0;
  #end: number;

  private constructor(memory: PageMemory, packed: KernelIndexes, isText: boolean, indexes: number | undefined) {
    this.#memory = memory;
    this.#packed = packed;
    this.#isText = isText;
    this.#indexes = indexes;
    this.#end = memory.next;
  }

  /**
   * Nothing where their values are better picked by JavaScript. Of entries that must be texts, if `isText`, it is looked at whether
   * they are.
   */
  static open(memory: PageMemory, packed: KernelIndexes, isText: boolean): IndexedValues | undefined {
    // Of most pages all values are wanted, and of some few.
    if (surelyHasRoom(packed)) return new IndexedValues(memory, packed, isText, undefined);
    const indexes = unpackIndexes(memory, packed);
    return hasRoomFor(memory, packed, indexes) ? new IndexedValues(memory, packed, isText, indexes) : undefined;
  }

  /** @throws Error where one is damaged. */
  all(): Values {
    const indexes = this.#unpack();
    return this.#view(indexes, this.#packed.count);
  }

  /**
   * The `count` values in some ranges of entries, of which the page's first is number `before`.
   *
   * @throws Error where one of these is damaged.
   */
  pick(ranges: RowRanges, count: number, before: number): Values {
    const memory = this.#memory;
    if (this.#indexes === undefined && this.#picks++ < MOST_PICKS) {
      // What was picked before has been used: a page may be picked from in many small parts.
      memory.rewind(this.#end);
      return this.#view(pickPacked(memory, this.#packed, ranges, count, before), count);
    }
    return this.#view(pickUnpacked(memory, this.#unpack(), ranges, count, before), count);
  }

  #unpack(): number {
    const memory = this.#memory;
    memory.rewind(this.#end);
    if (this.#indexes === undefined) {
      this.#indexes = unpackIndexes(memory, this.#packed);
      this.#end = memory.next;
    }
    return this.#indexes;
  }

  #view(indexes: number, count: number): Values {
    // Somebody else's lies there now.
    if (this.#packed.held.epoch !== this.#memory.epoch)
      throw new Error("a page is looked at when its dictionary is gone");
    const found = gatherValues(this.#memory, this.#packed, indexes, count);
    return viewValues(this.#memory, found, count, this.#isText);
  }
}
