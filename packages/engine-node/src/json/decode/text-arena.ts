import { TEXT_SCAN } from "./text-scan-module.js";

/** Less is read before WebAssembly would be ready. */
const LEAST_BYTES = 64 * 1024;
/** Memory never shrinks. */
const MOST_BYTES = 32 * 1024 * 1024;
const PAGE = 64 * 1024;
/** Where the input begins, behind the tables. */
const BASE = PAGE;
/** Both functions look at 64 bytes at once, and copy as many. */
const SLACK = 128;

/** What `wasm/text-scan.ts` exports. */
interface TextScan {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  ends(): number;
  skipText(from: number): number;
  copyText(from: number, into: number): number;
}

/**
 * Walks over long JSON strings in WebAssembly, 64 bytes at a time: statistics are strings in which every fifth byte is a quote
 * or the backslash before it. It has one input at a time, that of the owner.
 */
export class TextArena {
  /** Whose input is here. */
  owner: object | undefined;
  readonly #scan: TextScan;
  #memory: Uint8Array;
  /** The end of what was last copied. */
  #end: Int32Array;
  #output = 0;

  constructor(scan: TextScan) {
    this.#scan = scan;
    this.#memory = new Uint8Array(scan.memory.buffer);
    this.#end = new Int32Array(scan.memory.buffer, scan.ends(), 1);
  }

  /** Copies the input of a new owner, and gives it as it stands here: it is gone once there is another owner. */
  hold(input: Uint8Array, owner: object): Uint8Array {
    const output = BASE + input.length + SLACK;
    const missing = output + input.length + SLACK - this.#memory.length;
    if (missing > 0) {
      this.#scan.memory.grow(Math.ceil(missing / PAGE));
      this.#memory = new Uint8Array(this.#scan.memory.buffer);
      this.#end = new Int32Array(this.#scan.memory.buffer, this.#scan.ends(), 1);
    }
    this.#memory.set(input, BASE);
    this.#output = output;
    this.owner = owner;
    return this.#memory.subarray(BASE, BASE + input.length);
  }

  /**
   * From a byte of a string on: where the quote is that ends it, or, as its complement, what stands in the way: an escape of
   * anything but a quote or backslash, or a control character.
   */
  skip(from: number): number {
    const found = this.#scan.skipText(BASE + from);
    return found < 0 ? ~(~found - BASE) : found - BASE;
  }

  /** The same, and keeps what it has passed for {@link copied}. */
  copy(from: number): number {
    const found = this.#scan.copyText(BASE + from, this.#output);
    return found < 0 ? ~(~found - BASE) : found - BASE;
  }

  /** What was passed, without the backslashes of escapes; valid until the next copy. */
  get copied(): Uint8Array {
    return this.#memory.subarray(this.#output, this.#end[0]);
  }
}

/** `null` where there can be none. */
let shared: TextArena | null | undefined;

/** The arena of this thread, if it is worth it for so many bytes. */
export function textArena(bytes: number): TextArena | undefined {
  if (bytes < LEAST_BYTES || bytes > MOST_BYTES) return undefined;
  if (shared === undefined) shared = makeArena();
  return shared ?? undefined;
}

/** What is needed of a name that only browsers' typings have. */
interface WithWasm {
  readonly WebAssembly?: {
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Instance: new (module: object) => { readonly exports: TextScan };
  };
}

function makeArena(): TextArena | null {
  const { WebAssembly: wasm } = globalThis as WithWasm;
  // --jitless takes it away, and on a processor without SIMD the module is refused.
  if (wasm === undefined) return null;
  try {
    return new TextArena(new wasm.Instance(new wasm.Module(Buffer.from(TEXT_SCAN, "base64"))).exports);
  } catch {
    return null;
  }
}
