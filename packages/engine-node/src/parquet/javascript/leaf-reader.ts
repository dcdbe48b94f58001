import type { ColumnType } from "../../arrow/column-type.js";
import { countLevels, rowsEnd } from "../kernels/lists.js";
import { pageMemory } from "../kernels/page-memory.js";
import type { LeafNode } from "../schema/schema-node.js";
import type { DataPage } from "./data-page.js";
import { LevelCollector, type Levels } from "./levels.js";
import { makeSlots } from "./make-slots.js";
import type { PageReader } from "./page-reader.js";
import { freshMemory, type SlotMemory } from "./slot-memory.js";
import type { Slots } from "./slots.js";
import { WantedRows } from "./wanted-rows.js";

/** The part of a column that belongs to some rows. */
export interface LeafRows {
  readonly leaf: LeafNode;
  readonly levels: Levels;
  readonly slots: Slots;
}

/** The pages of a leaf, lent. */
export interface LentPages {
  readonly leaf: LeafNode;
  readonly type: ColumnType;
  readonly pages: PageReader;
  readonly memory: SlotMemory;
  /** Rows that are to be passed over first. */
  readonly toSkip: number;
  /** Lets the lender read from the next page on, once it has passed over so many rows. */
  readonly giveBack: (toSkip: number) => void;
}

/** So small a part of a page is picked by itself. */
const FEW = 8;

/** Cuts a column's pages into rows: the pages of different columns do not end at the same rows. */
export class LeafReader {
  readonly leaf: LeafNode;
  readonly #type: ColumnType;
  readonly #pages: PageReader;
  #page: DataPage | undefined;
  #entry = 0;
  #value = 0;
  readonly #memory: SlotMemory;
  #toSkip: number;

  /** The pages may begin with a row behind the first. */
  constructor(
    leaf: LeafNode,
    type: ColumnType,
    pages: PageReader,
    { firstRow = 0, memory = freshMemory }: { firstRow?: number | undefined; memory?: SlotMemory | undefined },
  ) {
    this.#memory = memory;
    this.#toSkip = -firstRow;
    this.leaf = leaf;
    this.#type = type;
    this.#pages = pages;
  }

  /** For somebody who reads the first rows in another way, before any has been read here. */
  lendPages(): LentPages {
    const toSkip = this.#toSkip;
    this.#toSkip = 0;
    const [type, pages, memory] = [this.#type, this.#pages, this.#memory];
    return { leaf: this.leaf, type, pages, memory, toSkip, giveBack: (rows) => this.skip(rows) };
  }

  /** The next `rows` rows, which must be there; or of them only those that are wanted. */
  async take(rows: number, wanted: WantedRows = WantedRows.all(rows)): Promise<LeafRows> {
    const { leaf } = this;
    const { ranges, count } = wanted;
    const slots = makeSlots(leaf, this.#type, count, this.#pages.bytesOf(count), this.#memory);
    const levels = new LevelCollector(leaf);
    let at = 0;
    for (let pair = 0; pair < ranges.length; pair += 2) {
      const picked = this.#pickHere(wanted, pair, at, slots, levels);
      if (picked > pair) {
        at = ranges[picked - 1]!;
        pair = picked - 2;
        continue;
      }
      const [from, to] = [ranges[pair]!, ranges[pair + 1]!];
      this.skip(from - at);
      if (!this.#takeHere(to - from, slots, levels)) {
        if (this.#toSkip > 0) await this.#advance();
        await this.#collect(to - from, slots, levels);
      }
      at = to;
    }
    this.skip(rows - at);
    const page = this.#page;
    page?.used?.(this.#entry, page.isSpread ? this.#entry : this.#value);
    return { leaf, levels, slots };
  }

  /** Takes several ranges that lie in the current page at once; gives the number of the next. `at` is the row that is next to be read. */
  #pickHere(wanted: WantedRows, pair: number, at: number, slots: Slots, levels: LevelCollector): number {
    const page = this.#page;
    if (page === undefined || page.reps !== undefined || (page.defs !== undefined && !page.isSpread)) return pair;
    // The row that the page begins with.
    const before = at - this.#entry - this.#toSkip;
    const next = wanted.rangeBeyond(before + page.entries, pair);
    // One range is as well taken as it is.
    if (next - pair < 4) return pair;
    const { ranges } = wanted;
    const picked = page.pick?.(ranges.subarray(pair, next), wanted.countBetween(pair, next), before);
    if (picked === undefined) slots.pick(page.values, ranges, pair, next, before);
    else slots.fill(picked, 0, picked.count);
    levels.pick(page, wanted, pair, next, before);
    const entry = ranges[next - 1]! - before;
    if (!page.isSpread) this.#value += entry - this.#entry;
    this.#entry = entry;
    this.#toSkip = 0;
    if (entry === page.entries) page.done?.();
    return next;
  }

  /** Takes rows that lie in the current page, as they do mostly, at once. */
  #takeHere(rows: number, slots: Slots, levels: LevelCollector): boolean {
    const page = this.#page;
    const start = this.#entry + this.#toSkip;
    if (page === undefined || page.reps !== undefined || start + rows > page.entries) return false;
    this.#move(page, this.#entry, start, undefined);
    this.#toSkip = 0;
    this.#move(page, start, start + rows, slots);
    levels.add(page, start, start + rows);
    if (this.#entry === page.entries) page.done?.();
    return true;
  }

  /** Passes over rows, once others are asked for: pages that have none of those are not decoded. */
  skip(rows: number): void {
    this.#toSkip += rows;
    const page = this.#page;
    if (page === undefined || page.reps !== undefined) return;
    const left = page.entries - this.#entry;
    if (left === 0 || this.#toSkip < left) return;
    // Nobody need keep what is left of the page.
    this.#toSkip -= left;
    this.#entry = page.entries;
    page.done?.();
  }

  async #advance(): Promise<void> {
    while (this.#toSkip > 0) {
      if (!this.#isInPage) this.#toSkip -= await this.#pages.skip(this.#toSkip);
      if (this.#toSkip === 0) return;
      const page = await this.#current();
      // Of a repeated column only walking through its entries tells the rows.
      const isFlat = page !== undefined && page.reps === undefined;
      const rows = isFlat ? Math.min(this.#toSkip, page.entries - this.#entry) : this.#toSkip;
      await this.#collect(rows, undefined, undefined);
      this.#toSkip -= rows;
    }
  }

  get #isInPage(): boolean {
    return this.#page !== undefined && this.#entry < this.#page.entries;
  }

  async #collect(rows: number, slots: Slots | undefined, levels: LevelCollector | undefined): Promise<void> {
    let left = rows;
    let isFirst = true;
    while (true) {
      const page = this.#isInPage ? this.#page : await this.#current();
      if (page === undefined) break;
      const start = this.#entry;
      let end: number;
      if (page.reps === undefined) {
        end = Math.min(page.entries, start + left);
        left -= end - start;
      } else {
        if (isFirst && page.reps[start] !== 0) throw new Error("a column starts inside a row");
        isFirst = false;
        ({ end, left } = rowsEnd(pageMemory(), page.reps, start, page.entries, left));
      }
      this.#move(page, start, end, slots);
      levels?.add(page, start, end);
      if (end === page.entries) page.done?.();
      if (left === 0 && (page.reps === undefined || end < page.entries)) break;
    }
    if (left > 0) throw new Error(`its pages end ${left} rows too early`);
  }

  /** How many of the next `most` rows, as far as one page tells, have a null for the whole column that the leaf is of. */
  async nulls(most: number): Promise<number> {
    const page = await this.#current();
    if (page?.defs === undefined) return 0;
    const { defs, reps } = page;
    const start = this.#entry;
    const end = Math.min(page.entries, start + most);
    if (page.isNull) return end - start;
    let at = start;
    // Such a row has one entry, at the lowest levels.
    while (at < end && defs[at] === 0 && (reps === undefined || reps[at] === 0)) at++;
    return at - start;
  }

  /** Whether there are only nulls from here on, as the footer counts them. */
  get isSpent(): boolean {
    return this.#pages.valuesLeft === 0 && (!this.#isInPage || this.#entry >= endOfValues(this.#page!, this.leaf));
  }

  /** Passes over rows that are null. */
  pass(rows: number): void {
    this.#entry += rows;
  }

  /** @throws Error when there are entries beyond the last row; not looked at where the last rows are passed over. */
  async end(): Promise<void> {
    if (this.#toSkip > 0) return;
    if ((await this.#current()) !== undefined) throw new Error("its pages have more rows than the row group");
  }

  async #current(): Promise<DataPage | undefined> {
    while (this.#page === undefined || this.#entry === this.#page.entries) {
      this.#page = await this.#pages.next();
      this.#entry = 0;
      this.#value = 0;
      if (this.#page === undefined) return undefined;
    }
    return this.#page;
  }

  #move(page: DataPage, start: number, end: number, slots: Slots | undefined): void {
    const { defs, filled, isSpread } = page;
    if (isSpread) slots?.fill(page.values, start, end - start);
    else if (filled === 0 && this.leaf.slotDef === 0) slots?.pass(end - start);
    else if (slots === undefined) {
      this.#value +=
        defs === undefined ? end - start : countLevels(pageMemory(), defs.subarray(start, end), this.leaf.def);
    } else if (defs === undefined) {
      const count = end - start;
      const picked = count * FEW < page.entries ? page.pick?.(Int32Array.of(start, end), count, 0) : undefined;
      if (picked === undefined) slots.fill(page.values, this.#value, count);
      else slots.fill(picked, 0, count);
      this.#value += count;
    } else {
      this.#value += slots.spread(page.values, this.#value, defs, start, end);
    }
    this.#entry = end;
  }
}

/** The entry behind the last that has a value. */
function endOfValues({ entries, defs, filled }: DataPage, { def }: LeafNode): number {
  if (filled === 0) return 0;
  return defs === undefined ? entries : defs.lastIndexOf(def, entries - 1) + 1;
}
