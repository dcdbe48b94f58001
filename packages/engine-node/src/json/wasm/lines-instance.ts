import { instantiate } from "../../instantiate.js";
import { LINES_MODULE } from "./lines-module.js";

/** What `wasm/json/lines.ts` exports. Columns are addresses. */
interface Lines {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly lines: { readonly value: number };
  readonly rows: { readonly value: number };
  base(): number;
  clear(root: number): void;
  readLines(root: number, from: number, to: number, mostRows: number): number;
  readDeferred(deferred: number, into: number, from: number, to: number): void;
  finish(column: number, length: number): void;
}

const PAGE = 64 * 1024;
/** Less is read before WebAssembly would be ready. */
const LEAST_BYTES = 64 * 1024;

/** The module of this thread with its memory, which grows, and never shrinks. */
export class LinesInstance {
  readonly exports: Lines;
  bytes: Uint8Array;
  words: Int32Array;
  /** Whose columns are in the memory. */
  owner: object | undefined;

  constructor(exports: Lines) {
    this.exports = exports;
    this.bytes = new Uint8Array(exports.memory.buffer);
    this.words = new Int32Array(exports.memory.buffer);
  }

  /** Sees to it that there are so many bytes of memory; `false` where the process may not have them. */
  reserve(bytes: number): boolean {
    if (bytes <= this.bytes.length) return true;
    try {
      this.exports.memory.grow(Math.ceil((bytes - this.bytes.length) / PAGE));
    } catch {
      return false;
    }
    this.bytes = new Uint8Array(this.exports.memory.buffer);
    this.words = new Int32Array(this.exports.memory.buffer);
    return true;
  }
}

/** `null` where there can be none. */
let shared: LinesInstance | null | undefined;

/** The instance of this thread, made when it is first worth it. */
export function linesInstance(bytes: number): LinesInstance | undefined {
  if (shared === undefined) {
    if (bytes < LEAST_BYTES) return undefined;
    shared = makeInstance();
  }
  return shared ?? undefined;
}

function makeInstance(): LinesInstance | null {
  const exports = instantiate<Lines>(LINES_MODULE);
  return exports === undefined ? null : new LinesInstance(exports);
}
