import type { Values } from "../javascript/values.js";
import type { PageMemory } from "./page-memory.js";

/** A dictionary as kernels pick from it: its values lie at `bytes`, and those of any length between `offsets`. */
export interface HeldDictionary {
  readonly epoch: number;
  readonly bytes: number;
  readonly offsets: number | undefined;
  /** Bytes of the longest value. */
  readonly longest: number;
}

/** The values that pages of a column chunk refer to by number. */
export interface Dictionary {
  readonly kind: Values["kind"];
  readonly count: number;
  /** Of values of one width. */
  readonly width: number | undefined;
  /** Whether each is known to be UTF-8. */
  readonly isText: boolean;
  /** Whether kernels can pick from it. */
  readonly isForKernels: boolean;
  /** In arrays, to be picked from by JavaScript. */
  values(): Values;
  /**
   * Where kernels find it until the memory's epoch changes; nothing where it cannot be there. May use the memory: what other work
   * has put there is gone, unless this has been asked before it began, in the same epoch.
   */
  hold(memory: PageMemory): HeldDictionary | undefined;
}

/** One that lies in arrays, and is copied to the kernels' memory when it is needed there. */
export class ArrayDictionary implements Dictionary {
  readonly #values: Values;
  #held: HeldDictionary | undefined;

  constructor(values: Values) {
    this.#values = values;
  }

  get kind(): Values["kind"] {
    return this.#values.kind;
  }

  get count(): number {
    return this.#values.count;
  }

  get width(): number | undefined {
    return this.#values.kind === "fixed" ? this.#values.width : undefined;
  }

  get isText(): boolean {
    return this.#values.kind === "bytes" && this.#values.isText === true;
  }

  get isForKernels(): boolean {
    return this.#values.kind === "fixed" || this.#values.offsets !== undefined;
  }

  values(): Values {
    return this.#values;
  }

  hold(memory: PageMemory): HeldDictionary | undefined {
    if (this.#held?.epoch !== memory.epoch) this.#held = holdValues(memory, this.#values);
    return this.#held;
  }
}

/**
 * One that kernels have decoded, and that stays in their memory: for most, nobody else asks. It is decoded again, to arrays, when
 * somebody does, or when it has had to leave.
 */
export class KernelDictionary implements Dictionary {
  readonly kind: Values["kind"];
  readonly count: number;
  readonly width: number | undefined;
  readonly isText: boolean;
  readonly isForKernels = true;
  readonly #decode: () => Values;
  readonly #held: HeldDictionary | undefined;
  #copy: ArrayDictionary | undefined;

  /** `values` lie in the memory, until the next piece of work; `decode` gives them in arrays. */
  constructor(memory: PageMemory, values: Values, decode: () => Values) {
    this.kind = values.kind;
    this.count = values.count;
    this.width = values.kind === "fixed" ? values.width : undefined;
    this.isText = values.kind === "bytes" && values.isText === true;
    this.#held = holdValues(memory, values);
    this.#decode = decode;
  }

  values(): Values {
    return this.#array().values();
  }

  hold(memory: PageMemory): HeldDictionary | undefined {
    return this.#held?.epoch === memory.epoch ? this.#held : this.#array().hold(memory);
  }

  #array(): ArrayDictionary {
    this.#copy ??= new ArrayDictionary(this.#decode());
    return this.#copy;
  }
}

function holdValues(memory: PageMemory, values: Values): HeldDictionary | undefined {
  const parts = partsOf(values);
  const addresses = parts && memory.hold(parts);
  if (addresses === undefined) return undefined;
  const [bytes, offsets] = [addresses[0]!, addresses[1]];
  const longest = values.kind === "fixed" ? values.width : memory.kernels.longest(offsets!, values.count) >>> 0;
  return { epoch: memory.epoch, bytes, offsets, longest };
}

function partsOf(values: Values): Uint8Array[] | undefined {
  if (values.kind === "fixed") return [values.bytes];
  const { offsets, source } = values;
  if (offsets === undefined) return undefined;
  return [source, new Uint8Array(offsets.buffer, offsets.byteOffset, offsets.byteLength)];
}
