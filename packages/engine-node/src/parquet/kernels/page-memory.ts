import { copyBytes } from "../../copy-bytes.js";
import { type Kernels, makeKernels } from "./kernels.js";

const PAGE = 64 * 1024;
/** Kernels read and write so far beyond what they are given. */
const SLACK = 64;
const ALIGNMENT = 16;
/** Where the kernels' own tables end. */
const BASE = PAGE;
/** It grows by no less. */
const STEP = 8 * 1024 * 1024;
/** Dictionaries lie in front of everything else. What nobody has touched takes no memory of the machine. */
const DICTIONARIES = 16 * 1024 * 1024;
const SCRATCH = BASE + DICTIONARIES;
/** Twice what pages of the usual size take. The module declares as much (`wasm/build.mjs`). */
const ENOUGH = SCRATCH + 8 * 1024 * 1024;

/** Who uses the result of a piece of work where it is. */
export interface Tenant {
  /** Takes it elsewhere, at once. */
  leave(): void;
}

/**
 * The memory that kernels work on: a scratch area for one piece of work at a time, done without a turn of the event loop, and
 * a store of dictionaries, which are looked into again and again.
 */
export class PageMemory {
  readonly kernels: Kernels;
  /** All of it, until the next {@link take}. */
  bytes: Uint8Array<ArrayBuffer>;
  #next = SCRATCH;
  #nextHeld = BASE;
  #epoch = 0;
  #users = 0;
  #tenant: Tenant | undefined;

  constructor(kernels: Kernels) {
    this.kernels = kernels;
    this.bytes = new Uint8Array(kernels.memory.buffer);
    // Where a process may not have that much, it is better told now than in the midst of a file.
    this.#reach(ENOUGH);
  }

  /** Told by whoever will decode several pages. */
  enter(): void {
    this.#users++;
  }

  /** Once he has: when all have, what they hold is gone. */
  leave(): void {
    if (--this.#users > 0) return;
    this.#nextHeld = BASE;
    this.#epoch++;
  }

  /** Begins a piece of work: what the one before it took is free, once its tenant has left. */
  begin(): void {
    this.#tenant?.leave();
    this.#tenant = undefined;
    this.#next = SCRATCH;
  }

  /** Whether so many bytes can be taken beside what a tenant uses, without the memory growing under him. */
  hasRoom(length: number): boolean {
    return this.#next + length <= this.bytes.length;
  }

  /** Does a piece of work that takes up to `length` bytes beside what a tenant uses; where there is no room, he must leave. */
  aside<T>(length: number, work: () => T): T {
    if (!this.hasRoom(length)) this.begin();
    const next = this.#next;
    const result = work();
    this.#next = next;
    return result;
  }

  /** Lets the result of a piece of work be used where it is, until the next one begins. */
  let(tenant: Tenant): void {
    this.#tenant = tenant;
  }

  /** The tenant does not need it any more. */
  giveUp(tenant: Tenant): void {
    if (this.#tenant === tenant) this.#tenant = undefined;
  }

  /** The address of so many bytes of undefined content. */
  take(length: number): number {
    const at = this.#next;
    this.#next += roundUp(length);
    this.#reach(this.#next);
    return at;
  }

  /** Where the next bytes would be taken, to be given to {@link rewind}. */
  get next(): number {
    return this.#next;
  }

  /** Gives back what has been taken from there on. */
  rewind(next: number): void {
    this.#next = next;
  }

  /** The address of a copy of bytes. */
  put(bytes: Uint8Array): number {
    const at = this.take(bytes.length);
    copyBytes(this.bytes, bytes, at);
    return at;
  }

  /** A number that changes when all that was held is gone. */
  get epoch(): number {
    return this.#epoch;
  }

  /**
   * Addresses of copies of bytes, which stay until the {@link epoch} changes, as this call may make it do; nothing where they
   * are too many.
   */
  hold(parts: readonly Uint8Array[]): number[] | undefined {
    const length = parts.reduce((sum, part) => sum + roundUp(part.length), 0);
    if (length > DICTIONARIES) return undefined;
    if (this.#nextHeld + length > SCRATCH) {
      this.#nextHeld = BASE;
      this.#epoch++;
    }
    // It lies in front of what is always there, so that the memory does not grow, and parts may be in it.
    return parts.map((part) => {
      const at = this.#nextHeld;
      this.#nextHeld += roundUp(part.length);
      this.bytes.set(part, at);
      return at;
    });
  }

  #reach(end: number): void {
    const missing = end - this.bytes.length;
    if (missing <= 0) return;
    this.kernels.memory.grow(Math.ceil(Math.max(missing, STEP) / PAGE));
    this.bytes = new Uint8Array(this.kernels.memory.buffer);
  }
}

function roundUp(length: number): number {
  return Math.ceil((length + SLACK) / ALIGNMENT) * ALIGNMENT;
}

/** `null` where there can be none. */
let shared: PageMemory | null | undefined;

/** That of this thread; none where there is no WebAssembly. */
export function pageMemory(): PageMemory | undefined {
  if (shared === undefined) shared = makeMemory();
  return shared ?? undefined;
}

function makeMemory(): PageMemory | null {
  const kernels = makeKernels();
  if (kernels === undefined) return null;
  try {
    return new PageMemory(kernels);
  } catch {
    return null;
  }
}

/** Iterates over what takes several pages to decode: dictionaries that kernels look into stay until it is over. */
export async function* keepingDictionaries<T>(items: () => AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  const memory = pageMemory();
  memory?.enter();
  try {
    yield* items();
  } finally {
    memory?.leave();
  }
}
