import type { RowRanges } from "@asyncdelta/kernel-core";
import { countLevels } from "../kernels/lists.js";
import type { PageMatches } from "../kernels/match-page.js";
import { pageMemory } from "../kernels/page-memory.js";
import type { LeafRows, LentPages } from "./leaf-reader.js";
import { LevelCollector } from "./levels.js";
import { makeSlots } from "./make-slots.js";
import type { Mark } from "./page-reader.js";
import { addRange } from "./pick-ranges.js";
import type { Slots } from "./slots.js";

/** Wanted rows among the next ones. */
export interface LeafMatches {
  /** How many rows have been looked at. */
  readonly length: number;
  /** Which of them are wanted. */
  readonly ranges: RowRanges;
  readonly rows: LeafRows;
}

/** Slots to begin with: how many rows will match is not known. */
const FEW = 1024;

/** Finds rows by the numbers of their values in a column's dictionary, as long as its pages have these. */
export class LeafMatcher {
  readonly #lent: LentPages;
  readonly #mark: Mark;
  #toSkip: number;
  #isOver = false;
  #page: PageMatches | undefined;
  #entry = 0;
  /** Where in the page's matches the next entry's are. */
  #pair = 0;
  #match = 0;
  #value = 0;

  constructor(lent: LentPages, mark: Mark) {
    this.#lent = lent;
    this.#mark = mark;
    this.#toSkip = lent.toSkip;
  }

  /** Looks at the next `rows` rows, or at fewer. Nothing once they are to be read as others are. */
  async next(rows: number): Promise<LeafMatches | undefined> {
    if (this.#isOver) return undefined;
    const { leaf, type, pages, memory } = this.#lent;
    const slots = makeSlots(leaf, type, FEW, pages.bytesOf(FEW), memory);
    const levels = new LevelCollector(leaf);
    const ranges: number[] = [];
    let at = 0;
    while (at < rows) {
      const page = await this.#current();
      if (page === undefined) break;
      const left = page.entries - this.#entry;
      if (this.#toSkip > 0) {
        const passed = Math.min(left, this.#toSkip);
        this.#toSkip -= passed;
        this.#advance(page, this.#entry + passed);
        continue;
      }
      const end = this.#entry + Math.min(left, rows - at);
      at += end - this.#entry;
      this.#advance(page, end, { slots, levels, ranges, distance: at - end });
    }
    if (at === 0) return undefined;
    return { length: at, ranges: new Int32Array(ranges), rows: { leaf, levels, slots } };
  }

  /** @throws Error where a page has rows behind those that have been looked at. */
  end(): void {
    if (this.#toSkip === 0 && this.#page !== undefined && this.#entry < this.#page.entries) {
      throw new Error("its pages have more rows than the row group");
    }
  }

  async #current(): Promise<PageMatches | undefined> {
    const { pages, giveBack } = this.#lent;
    while (this.#page === undefined || this.#entry === this.#page.entries) {
      if (this.#toSkip > 0) this.#toSkip -= await pages.skip(this.#toSkip);
      this.#page = await pages.nextMatches(this.#mark);
      this.#entry = this.#pair = this.#match = this.#value = 0;
      if (this.#page === undefined) {
        this.#isOver = true;
        giveBack(this.#toSkip);
        return undefined;
      }
    }
    return this.#page;
  }

  /** Goes on to an entry of the page; what matches before it is put to slots, if there are any. */
  #advance(page: PageMatches, end: number, to?: Found): void {
    const { ranges, values, defs } = page;
    let count = 0;
    for (; this.#pair < ranges.length && ranges[this.#pair]! < end; this.#pair += 2) {
      const from = Math.max(ranges[this.#pair]!, this.#entry);
      const last = Math.min(ranges[this.#pair + 1]!, end);
      count += last - from;
      if (to !== undefined) addRange(to.ranges, from + to.distance, last + to.distance);
      if (ranges[this.#pair + 1]! > end) break;
    }
    this.#entry = end;
    if (count === 0) return;
    to?.levels.add({ reps: undefined, defs }, this.#match, this.#match + count);
    if (defs === undefined) {
      to?.slots.fill(values, this.#value, count);
      this.#value += count;
    } else if (to !== undefined) {
      this.#value += to.slots.spread(values, this.#value, defs, this.#match, this.#match + count);
    } else {
      this.#value += countLevels(pageMemory(), defs.subarray(this.#match, this.#match + count), this.#lent.leaf.def);
    }
    this.#match += count;
  }
}

interface Found {
  readonly slots: Slots;
  readonly levels: LevelCollector;
  readonly ranges: number[];
  /** From an entry of the page to its row. */
  readonly distance: number;
}
