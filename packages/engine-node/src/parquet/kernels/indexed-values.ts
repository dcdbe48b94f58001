import type { RowRanges } from "@asyncdelta/kernel-core";
import type { Values } from "../javascript/values.js";
import {
  gatherValues,
  hasRoomFor,
  type KernelIndexes,
  type KernelRanges,
  pickPacked,
  pickUnpacked,
  putRanges,
  surelyHasRoom,
  unpackIndexes,
} from "./kernel-indexes.js";
import type { PageMemory } from "./page-memory.js";
import { spreadValues } from "./spread-values.js";
import { viewValues } from "./view-values.js";

/** Each pick goes through the runs from the first one on. */
const MOST_PICKS = 4;
/** Bytes of a pair. */
const RANGE = 8;

/** Levels of a page that tell which of its entries have a value. */
export interface ValueLevels {
  readonly address: number;
  /** That of those which have one. */
  readonly most: number;
  readonly entries: number;
}

/** Values of a page that are still numbers of values in its dictionary, in the kernels' memory until the next piece of work. */
export class IndexedValues {
  readonly #memory: PageMemory;
  readonly #packed: KernelIndexes;
  readonly #isText: boolean;
  /** None where each entry has a value. */
  readonly #levels: ValueLevels | undefined;
  /** Where all indexes have been unpacked to. */
  #indexes: number | undefined;
  #picks = 0;
  #end: number;

  private constructor(
    memory: PageMemory,
    packed: KernelIndexes,
    isText: boolean,
    levels: ValueLevels | undefined,
    indexes: number | undefined,
  ) {
    this.#memory = memory;
    this.#packed = packed;
    this.#isText = isText;
    this.#levels = levels;
    this.#indexes = indexes;
    this.#end = memory.next;
  }

  /**
   * Nothing where their values are better picked by JavaScript. Of entries that must be texts, if `isText`, it is looked at whether
   * they are.
   */
  static open(
    memory: PageMemory,
    packed: KernelIndexes,
    isText: boolean,
    levels: ValueLevels | undefined,
  ): IndexedValues | undefined {
    // Of most pages all values are wanted, and of some few.
    if (surelyHasRoom(packed)) return new IndexedValues(memory, packed, isText, levels, undefined);
    const indexes = unpackIndexes(memory, packed);
    return hasRoomFor(memory, packed, indexes) ? new IndexedValues(memory, packed, isText, levels, indexes) : undefined;
  }

  /**
   * One for each entry.
   *
   * @throws Error where one is damaged.
   */
  all(): Values {
    const indexes = this.#unpack();
    return this.#view(indexes, this.#packed.count, this.#levels);
  }

  /**
   * The `count` values in some ranges of entries, of which the page's first is number `before`.
   *
   * @throws Error where one of these is damaged.
   */
  pick(ranges: RowRanges, count: number, before: number): Values {
    const memory = this.#memory;
    const levels = this.#levels;
    if (this.#indexes === undefined && this.#picks++ >= MOST_PICKS) this.#unpack();
    // What was picked before has been used: a page may be picked from in many small parts.
    memory.rewind(this.#end);
    const wanted = putRanges(memory, ranges, before);
    if (levels === undefined) return this.#view(this.#indexesOf(wanted, count), count, undefined);
    const address = memory.take(RANGE * wanted.pairs);
    const own = memory.take(count);
    const { kernels } = memory;
    const pairs = kernels.pickLevels(levels.address, levels.most, wanted.address, wanted.pairs, before, address, own);
    const values = kernels.pickedValues();
    const indexes = this.#indexesOf({ address, pairs, before: 0 }, values);
    return this.#view(indexes, values, { address: own, most: levels.most, entries: count });
  }

  #indexesOf(ranges: KernelRanges, count: number): number {
    const memory = this.#memory;
    if (this.#indexes !== undefined) return pickUnpacked(memory, this.#indexes, ranges, count);
    return pickPacked(memory, this.#packed, ranges, count);
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

  #view(indexes: number, count: number, levels: ValueLevels | undefined): Values {
    const memory = this.#memory;
    // Somebody else's lies there now.
    if (this.#packed.held.epoch !== memory.epoch) throw new Error("a page is looked at when its dictionary is gone");
    const found = gatherValues(memory, this.#packed, indexes, count);
    if (levels === undefined) return viewValues(memory, found, count, this.#isText);
    const { address, most, entries } = levels;
    return viewValues(memory, spreadValues(memory, found, address, most, entries), entries, this.#isText);
  }
}
