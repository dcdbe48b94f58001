import { grow } from "../../arrow/grow.js";
import type { LeafNode } from "../schema/schema-node.js";
import type { DataPage } from "./data-page.js";
import type { WantedRows } from "./wanted-rows.js";

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

/** Joins the levels of several pages. */
export class LevelCollector implements Levels {
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

  /** The levels of ranges of a flat page, as slots pick its values. */
  pick({ defs }: DataPage, wanted: WantedRows, first: number, last: number, before: number): void {
    const from = this.entries;
    const to = from + wanted.countBetween(first, last);
    this.entries = to;
    if (defs === undefined && this.#defs === undefined) return;
    const all = this.#reserve(from, to);
    if (defs === undefined) {
      all.fill(this.most, from, to);
      return;
    }
    const { ranges } = wanted;
    for (let pair = first, at = from; pair < last; pair += 2) {
      for (let row = ranges[pair]!; row < ranges[pair + 1]!; row++) all[at++] = defs[row - before]!;
    }
  }

  /** Room for definition levels; where these are the first with nulls, all entries before them are at the highest level. */
  #reserve(before: number, entries: number): Uint8Array {
    this.#defs =
      this.#defs === undefined ? new Uint8Array(entries).fill(this.most, 0, before) : grow(this.#defs, entries);
    return this.#defs;
  }

  add({ reps, defs }: Pick<DataPage, "reps" | "defs">, start: number, end: number): void {
    const before = this.entries;
    this.entries += end - start;
    if (reps !== undefined) {
      this.#reps = grow(this.#reps!, this.entries);
      this.#reps.set(reps.subarray(start, end), before);
    }
    if (defs === undefined && this.#defs === undefined) return;
    const all = this.#reserve(before, this.entries);
    if (defs === undefined) all.fill(this.most, before, this.entries);
    else all.set(defs.subarray(start, end), before);
  }
}
