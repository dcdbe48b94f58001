import { KERNELS_MODULE } from "./kernels-module.js";

/** What `wasm/kernels/kernels.ts` exports. Addresses are of bytes. */
interface Kernels {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  base(): number;
  scan(root: number, from: number, to: number, places: number, placeCount: number): number;
  periodOf(offsets: number, bytes: number, count: number, most: number): number;
  numberRows(
    offsets: number,
    rows: number,
    rowValidity: number,
    firstRowBit: number,
    width: number,
    textOffsets: number,
    bytes: number,
    validity: number,
    firstBit: number,
    places: number,
    placeCount: number,
    numbers: number,
    firsts: number,
    most: number,
  ): number;
  hashTexts(offsets: number, bytes: number, count: number, to: number): void;
  /** How many, or -1 where one is not plain. */
  findTexts(
    offsets: number,
    bytes: number,
    all: number,
    rows: number,
    count: number,
    plain: number,
    bits: number,
    mask: number,
    to: number,
  ): number;
  selectRows(
    numbers: number,
    rows: number,
    isWanted: number,
    validity: number,
    firstBit: number,
    pairs: number,
  ): number;
}

const PAGE = 64 * 1024;
/** Kernels read so many bytes behind what they are given. */
export const SLACK = 16;

/** Compiled kernels and their memory, of which whoever uses them takes all that is free, and only for the time of a call. */
export class KernelMemory {
  readonly kernels: Kernels;
  /** The first byte that is free, at a multiple of 8. */
  readonly start: number;
  bytes: Uint8Array;
  words: Int32Array;
  numbers: Float64Array;
  /** Who has left something there for its next call. */
  owner: object | undefined;

  constructor(kernels: Kernels) {
    const { buffer } = kernels.memory;
    this.kernels = kernels;
    this.start = (kernels.base() + 7) & ~7;
    this.bytes = new Uint8Array(buffer);
    this.words = new Int32Array(buffer);
    this.numbers = new Float64Array(buffer);
  }

  /** Sees to it that there are so many bytes; `false` where there cannot be. */
  reserve(bytes: number): boolean {
    const missing = bytes - this.bytes.length;
    if (missing <= 0) return true;
    try {
      this.kernels.memory.grow(Math.ceil(missing / PAGE));
    } catch {
      return false;
    }
    const { buffer } = this.kernels.memory;
    this.bytes = new Uint8Array(buffer);
    this.words = new Int32Array(buffer);
    this.numbers = new Float64Array(buffer);
    return true;
  }
}

/** The memory that all share on this thread; nothing where there can be none. */
export function kernelMemory(): KernelMemory | undefined {
  if (shared === undefined) shared = makeMemory() ?? null;
  return shared ?? undefined;
}

let shared: KernelMemory | null | undefined;

/** Names that not every platform has. */
interface WithWasm {
  readonly atob?: (base64: string) => string;
  readonly WebAssembly?: {
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Instance: new (module: object) => { readonly exports: unknown };
  };
}

/** A memory of its own; nothing where there is no WebAssembly, or a policy or processor refuses it. */
export function makeMemory(): KernelMemory | undefined {
  const { atob, WebAssembly: wasm } = globalThis as WithWasm;
  if (atob === undefined || wasm === undefined) return undefined;
  try {
    const bytes = Uint8Array.from(atob(KERNELS_MODULE), (character) => character.charCodeAt(0));
    return new KernelMemory(new wasm.Instance(new wasm.Module(bytes)).exports as Kernels);
  } catch {
    return undefined;
  }
}
