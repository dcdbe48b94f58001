import type { KernelValues } from "./kernel-values.js";
import type { PageMemory } from "./page-memory.js";

/** Puts values to the entries whose level is the highest, and nothing to the others. */
export function spreadValues(
  memory: PageMemory,
  values: KernelValues,
  levels: number,
  most: number,
  entries: number,
): KernelValues {
  const { kernels } = memory;
  if (values.kind === "bytes") {
    const offsets = memory.take(4 * (entries + 1));
    kernels.spreadOffsets(values.offsets, levels, most, entries, offsets);
    return { ...values, offsets };
  }
  const { width, address: from } = values;
  const address = memory.take(width * entries);
  if (width === 8) kernels.spread8(from, levels, most, entries, address);
  else if (width === 4) kernels.spread4(from, levels, most, entries, address);
  else if (width === 1) kernels.spread1(from, levels, most, entries, address);
  else kernels.spreadWide(from, width, levels, most, entries, address);
  return { kind: "fixed", width, address };
}
