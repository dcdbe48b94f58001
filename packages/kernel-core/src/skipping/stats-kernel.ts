import { type KernelMemory, kernelMemory, SLACK } from "../kernels/kernel-memory.js";
import type { StatSource } from "./stat-source.js";
import { StatsScanner, type StatText, type Utf8Text, type Wanted } from "./stats-scanner.js";

/** What `wasm/kernels/scan.ts` answers. */
const [FOUND, GIVEN_UP] = [1, 2];
/** Its `Member` and `Place`, in bytes, and the kinds of places. */
const [MEMBER, PLACE] = [20, 24];
const [NUMBER, QUOTED] = [1, 3];

/** Longer texts are not copied. */
const MOST_BYTES = 1024 * 1024;

/** Scans as {@link StatsScanner} does, in WebAssembly; where that gives up, the scanner does it. */
export class StatsKernel implements StatSource {
  readonly #memory: KernelMemory;
  readonly #scanner: StatsScanner;
  readonly #wanted: Wanted;
  readonly #count: number;
  #places = 0;
  #input = 0;
  #isByScanner = false;

  constructor(memory: KernelMemory, wanted: Wanted, count: number) {
    this.#memory = memory;
    this.#scanner = new StatsScanner(wanted, count);
    this.#wanted = wanted;
    this.#count = count;
  }

  /** Looks for the values of one text, which are there until anybody's next call. `false` for text that is no JSON. */
  scan(text: Utf8Text): boolean {
    const length = text.end - text.start;
    const answer = length > MOST_BYTES ? GIVEN_UP : this.#scanHere(text, length);
    this.#isByScanner = answer === GIVEN_UP;
    return this.#isByScanner ? this.#scanner.scan(text) : answer === FOUND;
  }

  #scanHere({ bytes, start, end }: Utf8Text, length: number): number {
    const memory = this.#memory;
    if (memory.owner !== this) this.#settle();
    const input = this.#input;
    if (!memory.reserve(input + length + SLACK)) return GIVEN_UP;
    memory.bytes.set(bytes.subarray(start, end), input);
    return memory.kernels.scan(memory.start, input, input + length, this.#places, this.#count);
  }

  number(place: number): number | undefined {
    if (this.#isByScanner) return this.#scanner.number(place);
    const at = this.#places + PLACE * place;
    const { words, numbers } = this.#memory;
    return words[at >> 2] === NUMBER ? numbers[(at + 16) >> 3] : undefined;
  }

  text(place: number): StatText | undefined {
    if (this.#isByScanner) return this.#scanner.text(place);
    const { words, bytes } = this.#memory;
    const at = (this.#places + PLACE * place) >> 2;
    const kind = words[at]!;
    if (kind === 0) return undefined;
    return { text: decoder.decode(bytes.subarray(words[at + 1], words[at + 2])), quoted: kind === QUOTED };
  }

  /** Writes what is wanted to the memory: the root, its members, theirs, names, and behind them there is room for places and a text. */
  #settle(): void {
    const memory = this.#memory;
    const nodes: { readonly wanted: Wanted; readonly name: Uint8Array; first: number }[] = [
      { wanted: this.#wanted, name: new Uint8Array(0), first: 0 },
    ];
    for (const node of nodes) {
      if (typeof node.wanted === "number") continue;
      node.first = nodes.length;
      for (const [name, wanted] of node.wanted) nodes.push({ wanted, name: new TextEncoder().encode(name), first: 0 });
    }
    let end = memory.start + MEMBER * nodes.length;
    const names = nodes.map(({ name }) => {
      const start = end;
      end += name.length;
      return start;
    });
    this.#places = (end + 7) & ~7;
    this.#input = this.#places + PLACE * this.#count;
    // Where there is no room for that there is none for a text, and the scanner is asked.
    if (!memory.reserve(this.#input)) return;
    for (const [index, { wanted, name, first }] of nodes.entries()) {
      const isPlace = typeof wanted === "number";
      const children = isPlace ? 0 : memory.start + MEMBER * first;
      const fields = [names[index]!, name.length, isPlace ? wanted : -1, children, isPlace ? 0 : wanted.size];
      memory.words.set(fields, (memory.start + MEMBER * index) >> 2);
      memory.bytes.set(name, names[index]!);
    }
    memory.owner = this;
  }
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Scans for `wanted`, whose places are below `count`, by whatever means this platform has. */
export function openStats(wanted: Wanted, count: number): StatsKernel | StatsScanner {
  const memory = kernelMemory();
  return memory === undefined ? new StatsScanner(wanted, count) : new StatsKernel(memory, wanted, count);
}
