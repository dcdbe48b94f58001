import { isUtf8 } from "node:buffer";
import { type ByteValues, fixedValues, type Values } from "../javascript/values.js";
import type { KernelBytes, KernelValues } from "./kernel-values.js";
import type { PageBuffers } from "./page-buffers.js";
import type { PageMemory } from "./page-memory.js";

const WORD = 8;

/** Values where they lie in the kernels' memory. Where they should be texts it is looked at whether they are. */
export function viewValues(memory: PageMemory, values: KernelValues, count: number, isText: boolean): Values {
  if (values.kind === "fixed") {
    const { width } = values;
    const length = width * count;
    let { address } = values;
    if (address % WORD !== 0) {
      // Views of numbers must be aligned.
      address = memory.take(length);
      memory.bytes.copyWithin(address, values.address, values.address + length);
    }
    return fixedValues(width, count, memory.bytes.subarray(address, address + length));
  }
  const { bytes } = memory;
  const { address } = values;
  const source = bytes.subarray(address, address + values.length);
  const offsets = new Int32Array(bytes.buffer, values.offsets, count + 1);
  return byteValues(source, offsets, count, values.isText || (isText && isTexts(memory, values, count)));
}

/** The same in arrays of a column's own, from number `first` on; what is before is undefined. */
export function moveValues(values: Values, buffers: PageBuffers, first = 0): Values {
  const { count } = values;
  if (values.kind === "fixed") {
    const bytes = buffers.values(values.bytes.length);
    const start = first * values.width;
    bytes.set(values.bytes.subarray(start), start);
    return fixedValues(values.width, count, bytes);
  }
  const source = buffers.values(values.source.length);
  const start = values.offsets![first]!;
  source.set(values.source.subarray(start), start);
  const offsets = buffers.offsets(count + 1);
  offsets.set(values.offsets!.subarray(first), first);
  return byteValues(source, offsets, count, values.isText!);
}

function byteValues(source: Uint8Array, offsets: Int32Array, count: number, isText: boolean): ByteValues {
  const [starts, ends] = [offsets.subarray(0, count), offsets.subarray(1, count + 1)];
  return { kind: "bytes", count, source, starts, ends, offsets, isText };
}

/** All bytes together must be UTF-8, and no value may start inside a character. */
function isTexts({ kernels, bytes }: PageMemory, { address, offsets, length }: KernelBytes, count: number): boolean {
  if (!isUtf8(bytes.subarray(address, address + length))) return false;
  return kernels.beginsInside(offsets, count, address) === 0;
}
