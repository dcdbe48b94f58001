import type { Values } from "../javascript/values.js";
import type { PageMemory } from "./page-memory.js";

/** A dictionary as kernels pick from it: its values lie at `bytes`, and those of any length between `offsets`. */
export interface HeldDictionary {
  readonly epoch: number;
  readonly bytes: number;
  readonly offsets: number | undefined;
}

const held = new WeakMap<Values, HeldDictionary>();

/** Puts a dictionary where it stays; nothing where it cannot be there. */
export function holdDictionary(memory: PageMemory, dictionary: Values): HeldDictionary | undefined {
  const before = held.get(dictionary);
  if (before?.epoch === memory.epoch) return before;
  const parts = partsOf(dictionary);
  const addresses = parts && memory.hold(parts);
  if (addresses === undefined) return undefined;
  const [bytes, offsets] = addresses;
  const now = { epoch: memory.epoch, bytes: bytes!, offsets };
  held.set(dictionary, now);
  return now;
}

function partsOf(dictionary: Values): Uint8Array[] | undefined {
  if (dictionary.kind === "fixed") return [dictionary.bytes];
  const { offsets, source } = dictionary;
  if (offsets === undefined) return undefined;
  return [source, new Uint8Array(offsets.buffer, offsets.byteOffset, offsets.byteLength)];
}
