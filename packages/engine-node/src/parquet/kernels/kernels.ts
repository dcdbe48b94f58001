import { instantiate } from "../../instantiate.js";
import { PARQUET_KERNELS } from "./kernels-module.js";

/** What `wasm/parquet/kernels.ts` exports; parameters are addresses in its memory, counts and widths. */
export interface Kernels {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  /** 0, or what is wrong: see `putPage`. */
  snappy(input: number, inEnd: number, output: number, outEnd: number): number;
  /** 0 where levels are cut off. */
  expandLevels(from: number, end: number, width: number, to: number, count: number): number;
  expandBits(from: number, to: number, count: number): void;
  /** -1 where one is above the highest. */
  countLevels(levels: number, count: number, most: number): number;
  /** How many ranges have a value. */
  pickLevels(
    levels: number,
    most: number,
    ranges: number,
    pairs: number,
    before: number,
    toRanges: number,
    toLevels: number,
  ): number;
  /** How many values are in these. */
  pickedValues(): number;
  packBits(from: number, count: number, least: number, to: number): number;
  /** 0 where indexes are cut off. */
  expandIndexes(from: number, end: number, width: number, to: number, count: number): number;
  /** 0 where indexes are cut off. */
  pickPacked(
    from: number,
    end: number,
    width: number,
    ranges: number,
    pairs: number,
    before: number,
    to: number,
  ): number;
  greatestIndex(indexes: number, count: number): number;
  pickIndexes(indexes: number, ranges: number, pairs: number, before: number, to: number): void;
  /** How many ranges of entries have been found. */
  matchIndexes(
    indexes: number,
    levels: number,
    most: number,
    count: number,
    marks: number,
    nulls: number,
    toRanges: number,
    toIndexes: number,
    toLevels: number,
  ): number;
  /** How many entries and values are in these. */
  matchedEntries(): number;
  matchedValues(): number;
  gather4(dictionary: number, indexes: number, count: number, to: number): void;
  gather8(dictionary: number, indexes: number, count: number, to: number): void;
  gatherWide(dictionary: number, width: number, indexes: number, count: number, to: number): void;
  gatheredBytes(offsets: number, indexes: number, count: number): number;
  longest(offsets: number, count: number): number;
  gatherBytes(
    offsets: number,
    bytes: number,
    indexes: number,
    count: number,
    toOffsets: number,
    toBytes: number,
  ): number;
  /** -1 where the values end too early, -2 where one reaches beyond the end. */
  splitBytes(from: number, end: number, count: number, toOffsets: number, toBytes: number): number;
  beginsInside(offsets: number, count: number, bytes: number): number;
  rowsEnd(reps: number, start: number, end: number, rows: number): number;
  rowsLeft(): number;
  listOffsets(
    reps: number,
    defs: number,
    most: number,
    entries: number,
    rep: number,
    slotDef: number,
    itemDef: number,
    to: number,
  ): number;
  slotLevels(reps: number, defs: number, entries: number, rep: number, slotDef: number, to: number): number;
  slotOffsets(
    offsets: number,
    levels: number,
    count: number,
    def: number,
    slotDef: number,
    distance: number,
    to: number,
  ): number;
  shiftOffsets(offsets: number, count: number, distance: number, to: number): void;
  spread1(from: number, levels: number, most: number, count: number, to: number): void;
  spread4(from: number, levels: number, most: number, count: number, to: number): void;
  spread8(from: number, levels: number, most: number, count: number, to: number): void;
  spreadWide(from: number, width: number, levels: number, most: number, count: number, to: number): void;
  spreadOffsets(offsets: number, levels: number, most: number, count: number, to: number): void;
}

/** Makes the kernels; nothing where there can be none. */
export function makeKernels(): Kernels | undefined {
  return instantiate(PARQUET_KERNELS);
}
