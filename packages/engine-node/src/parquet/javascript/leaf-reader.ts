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

  constructor(leaf: LeafNode, type: DataType, pages: PageReader) {
    this.leaf = leaf;
    this.#type = type;
    this.#pages = pages;
  }

  /** The next `rows` rows, which must be there. */
  async take(rows: number): Promise<LeafRows> {
    const { leaf } = this;
    const slots = makeSlots(leaf, this.#type, rows);
    const levels = new LevelCollector(leaf);
    let left = rows;
    while (true) {
      const page = await this.#current();
      if (page === undefined) break;
      const start = this.#entry;
      let end: number;
      if (page.reps === undefined) {
        end = Math.min(page.entries, start + left);
        left -= end - start;
      } else {
        if (levels.entries === 0 && page.reps[start] !== 0) throw new Error("a column starts inside a row");
        // One more row start than wanted ends the last row.
        for (end = start; end < page.entries; end++) {
          if (page.reps[end] !== 0) continue;
          if (left === 0) break;
          left--;
        }
      }
      this.#move(page, start, end, slots);
      levels.add(page, start, end);
      if (left === 0 && (page.reps === undefined || end < page.entries)) break;
    }
    if (left > 0) throw new Error(`its pages end ${left} rows too early`);
    return { leaf, levels, slots };
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
    return this.#pages.valuesLeft === 0 && (this.#page === undefined || this.#value === this.#page.values.count);
  }

  /** Passes over rows that are null. */
  pass(rows: number): void {
    this.#entry += rows;
  }

  /** @throws Error when there are entries beyond the last row. */
  async end(): Promise<void> {
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

  #move({ defs, values }: DataPage, start: number, end: number, slots: Slots): void {
    if (defs === undefined) {
      slots.fill(values, this.#value, end - start);
      this.#value += end - start;
    } else {
      this.#value += slots.spread(values, this.#value, defs, start, end);
    }
    this.#entry = end;
  }
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
