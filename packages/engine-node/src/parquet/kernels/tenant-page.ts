import type { RowRanges } from "@asyncdelta/kernel-core";
import type { DataPage } from "../javascript/data-page.js";
import type { Values } from "../javascript/values.js";
import { IndexedValues } from "./indexed-values.js";
import type { PageBuffers } from "./page-buffers.js";
import type { PageMemory, Tenant } from "./page-memory.js";
import { moveValues } from "./view-values.js";

/** What of a page does not lie in memory. */
type PageFacts = Pick<DataPage, "entries" | "filled" | "isNull" | "isSpread">;

/**
 * A page that is used where kernels have left it, as long as nobody else needs that memory: most pages are done with by then.
 */
export class TenantPage implements DataPage, Tenant {
  readonly entries: number;
  readonly filled: number;
  readonly isNull: boolean;
  readonly isSpread: boolean;
  reps: Uint8Array | undefined;
  defs: Uint8Array | undefined;
  #values: Values | undefined;
  #fault: { readonly error: unknown } | undefined;
  readonly #indexed: IndexedValues | undefined;
  readonly #memory: PageMemory;
  readonly #buffers: PageBuffers;
  #entry = 0;
  #value = 0;

  constructor(
    facts: PageFacts,
    levels: Pick<DataPage, "reps" | "defs">,
    values: Values | IndexedValues,
    memory: PageMemory,
    buffers: PageBuffers,
  ) {
    this.entries = facts.entries;
    this.filled = facts.filled;
    this.isNull = facts.isNull;
    this.isSpread = facts.isSpread;
    this.reps = levels.reps;
    this.defs = levels.defs;
    if (values instanceof IndexedValues) this.#indexed = values;
    else this.#values = values;
    this.#memory = memory;
    this.#buffers = buffers;
    memory.let(this);
  }

  /** @throws Error where they are damaged and nobody has seen to that before. */
  get values(): Values {
    if (this.#fault !== undefined) throw this.#fault.error;
    this.#values ??= this.#indexed!.all();
    return this.#values;
  }

  pick(ranges: RowRanges, count: number, before: number): Values | undefined {
    if (this.#values !== undefined || this.#fault !== undefined) return undefined;
    return this.#indexed!.pick(ranges, count, before);
  }

  used(entry: number, value: number): void {
    this.#entry = entry;
    this.#value = value;
  }

  done(): void {
    this.#memory.giveUp(this);
  }

  leave(): void {
    const { reps, defs } = this;
    const values = this.#found();
    // Looking values up may have made the memory larger.
    const { buffer } = this.#memory.bytes;
    if (reps?.buffer === buffer) this.reps = copy(reps, this.#buffers.reps(reps.length), this.#entry);
    if (defs?.buffer === buffer) this.defs = copy(defs, this.#buffers.defs(defs.length), this.#entry);
    if (values !== undefined && bufferOf(values) === buffer)
      this.#values = moveValues(values, this.#buffers, this.#value);
  }

  /** Whoever needs the memory is not to be told what is wrong here. */
  #found(): Values | undefined {
    try {
      return this.values;
    } catch (error) {
      this.#fault = { error };
      return undefined;
    }
  }
}

function bufferOf(values: Values): ArrayBufferLike {
  return (values.kind === "fixed" ? values.bytes : values.source).buffer;
}

/** From an index on, to the same places; what is before them is undefined. */
function copy(from: Uint8Array, to: Uint8Array, first: number): Uint8Array {
  to.set(from.subarray(first), first);
  return to;
}
