import { countRows, type RowRanges } from "@asyncdelta/kernel-core";
import type { DataType } from "apache-arrow";
import { grow } from "../../arrow/grow.js";
import type { LeafNode } from "../schema/schema-node.js";
import type { DataPage } from "./data-page.js";
import { makeSlots } from "./make-slots.js";
import type { PageReader } from "./page-reader.js";
import type { Slots } from "./slots.js";

/** The part of a column that belongs to some rows. */
export interface LeafRows {
  readonly leaf: LeafNode;
  readonly levels: Levels;
  readonly slots: Slots;
}

/** The levels of a stretch of entries. */
export interface Levels {
  readonly entries: number;
  /** Repetition levels; none means that all are 0. */
  readonly reps: Uint8Array | undefined;
  /** Definition levels; none means that all are `most`. */
  readonly defs: Uint8Array | undefined;
  /** The highest definition level of the column. */
  readonly most: number;
}

/** Cuts a column's pages into rows: the pages of different columns do not end at the same rows. */
export class LeafReader {
  readonly leaf: LeafNode;
  readonly #type: DataType;
  readonly #pages: PageReader;
  #page: DataPage | undefined;
  #entry = 0;
  #value = 0;
  #toSkip: number;

  /** The pages may begin with a row behind the first. */
  constructor(leaf: LeafNode, type: DataType, pages: PageReader, firstRow: number = 0) {
    this.#toSkip = -firstRow;
    this.leaf = leaf;
    this.#type = type;
    this.#pages = pages;
  }

  /** The next `rows` rows, which must be there; or of them only those in `ranges`. */
  async take(rows: number, ranges: RowRanges = Int32Array.of(0, rows)): Promise<LeafRows> {
    const { leaf } = this;
    const count = countRows(ranges);
    const slots = makeSlots(leaf, this.#type, count, this.#pages.bytesOf(count));
    const levels = new LevelCollector(leaf);
    let at = 0;
    for (let pair = 0; pair < ranges.length; pair += 2) {
      const [from, to] = [ranges[pair]!, ranges[pair + 1]!];
      this.skip(from - at);
      if (!this.#takeHere(to - from, slots, levels)) {
        if (this.#toSkip > 0) await this.#advance();
        await this.#collect(to - from, slots, levels);
      }
      at = to;
    }
    this.skip(rows - at);
    return { leaf, levels, slots };
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
        // One more row start than wanted ends the last row.
        for (end = start; end < page.entries; end++) {
          if (page.reps[end] !== 0) continue;
          if (left === 0) break;
          left--;
        }
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

  #move({ defs, filled, isSpread, values }: DataPage, start: number, end: number, slots: Slots | undefined): void {
    if (isSpread) slots?.fill(values, start, end - start);
    else if (filled === 0 && this.leaf.slotDef === 0) slots?.pass(end - start);
    else if (slots === undefined) {
      this.#value += defs === undefined ? end - start : countOf(defs, this.leaf.def, start, end);
    } else if (defs === undefined) {
      slots.fill(values, this.#value, end - start);
      this.#value += end - start;
    } else {
      this.#value += slots.spread(values, this.#value, defs, start, end);
    }
    this.#entry = end;
  }
}

/** The entry behind the last that has a value. */
function endOfValues({ entries, defs, filled }: DataPage, { def }: LeafNode): number {
  if (filled === 0) return 0;
  return defs === undefined ? entries : defs.lastIndexOf(def, entries - 1) + 1;
}

function countOf(levels: Uint8Array, level: number, start: number, end: number): number {
  let count = 0;
  for (let i = start; i < end; i++) if (levels[i] === level) count++;
  return count;
}

/** Joins the levels of several pages. */
class LevelCollector implements Levels {
  entries = 0;
  readonly most: number;
  #reps: Uint8Array | undefined;
  #defs: Uint8Array | undefined;

  constructor({ rep, def }: LeafNode) {
    this.most = def;
    this.#reps = rep > 0 ? new Uint8Array(0) : undefined;
  }

  get reps(): Uint8Array | undefined {
    return this.#reps?.subarray(0, this.entries);
  }

  get defs(): Uint8Array | undefined {
    return this.#defs?.subarray(0, this.entries);
  }

  add({ reps, defs }: DataPage, start: number, end: number): void {
    const before = this.entries;
    this.entries += end - start;
    if (reps !== undefined) {
      this.#reps = grow(this.#reps!, this.entries);
      this.#reps.set(reps.subarray(start, end), before);
    }
    if (defs === undefined && this.#defs === undefined) return;
    // The first page with nulls: all entries before it are at the highest level.
    this.#defs =
      this.#defs === undefined
        ? new Uint8Array(this.entries).fill(this.most, 0, before)
        : grow(this.#defs, this.entries);
    if (defs === undefined) this.#defs.fill(this.most, before, this.entries);
    else this.#defs.set(defs.subarray(start, end), before);
  }
}
