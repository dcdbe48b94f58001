import type { Data } from "apache-arrow";
import type { RowRanges } from "../deletion-vector/row-ranges.js";
import { kernelMemory } from "../kernels/kernel-memory.js";
import { MemoryLayout } from "../kernels/memory-layout.js";
import { ArrowType } from "./arrow-type.js";
import { FEW_ROWS, MOST_KEYS } from "./map-values.js";
import { textAt } from "./utf8-reader.js";

/** Rows told apart by texts of theirs. */
export interface NumberedRows {
  /** For each row a number, the same for rows of the same texts. */
  readonly numbers: Int32Array;
  /** For each number, from 0 on, the first row that has it. */
  readonly firsts: Int32Array;
}

/** Rows that are told apart into more than this are as well looked at one by one. */
const MOST_NUMBERS = 4096;

/**
 * Numbers the rows of a map column of texts by what they have under some keys. Nothing where that is not simple: where rows have
 * different keys or nearly all different texts, and where there is no WebAssembly.
 */
export function numberRows(map: Data, names: readonly string[]): NumberedRows | undefined {
  const memory = kernelMemory();
  const [keys, items] = map.children[0]!.children as [Data, Data];
  if (
    memory === undefined ||
    map.length < FEW_ROWS ||
    keys.length === 0 ||
    keys.nullCount > 0 ||
    !isText(keys) ||
    !isText(items)
  )
    return undefined;
  const layout = new MemoryLayout(memory);
  const key = layout.texts(keys);
  const item = layout.texts(items);
  const nulls = layout.validity(items);
  const rowNulls = layout.validity(map);
  const offsets = layout.put(map.valueOffsets.subarray(0, map.length + 1));
  const places = layout.take(4 * MOST_KEYS);
  const numbers = layout.take(4 * map.length);
  const firsts = layout.take(4 * MOST_NUMBERS);
  if (!layout.fill()) return undefined;
  const width = memory.kernels.periodOf(key.offsets, key.bytes, keys.length, MOST_KEYS);
  if (width === 0) return undefined;
  const wanted = placesOf(keys, width, names);
  memory.words.set(wanted, places >> 2);
  const count = memory.kernels.numberRows(
    offsets,
    map.length,
    rowNulls.bits,
    rowNulls.first,
    width,
    item.offsets,
    item.bytes,
    nulls.bits,
    nulls.first,
    places,
    wanted.length,
    numbers,
    firsts,
    Math.min(MOST_NUMBERS, Math.ceil(map.length / 2)),
  );
  if (count < 0) return undefined;
  const { words } = memory;
  return {
    numbers: words.slice(numbers >> 2, (numbers >> 2) + map.length),
    firsts: words.slice(firsts >> 2, (firsts >> 2) + count),
  };
}

/** Of the rows of `data` those that are valid and whose number is wanted, which a byte says that is not 0. */
export function selectRows({ numbers }: NumberedRows, isWanted: Uint8Array, data: Data): RowRanges | undefined {
  const memory = kernelMemory();
  if (memory === undefined) return undefined;
  const layout = new MemoryLayout(memory);
  const numbersAt = layout.put(numbers);
  const wantedAt = layout.put(isWanted);
  const valid = layout.validity(data);
  const pairs = layout.take(4 * (numbers.length + 2));
  if (!layout.fill()) return undefined;
  const { kernels } = memory;
  const count = kernels.selectRows(numbersAt, numbers.length, wantedAt, valid.bits, valid.first, pairs);
  return memory.words.slice(pairs >> 2, (pairs >> 2) + 2 * count);
}

function isText(data: Data): boolean {
  return (data.typeId as number) === ArrowType.Utf8;
}

/** Where each key is among those of a row. Of two that are the same the last counts, as in an object. */
function placesOf(keys: Data, width: number, names: readonly string[]): number[] {
  const places = new Map(Array.from({ length: width }, (_, at) => [textAt(keys, at), at]));
  return names.flatMap((name) => places.get(name) ?? []);
}
