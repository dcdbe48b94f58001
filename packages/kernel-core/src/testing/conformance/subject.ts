import type { Storage } from "../../engine/storage.js";

/** A storage to be tried, with an empty place in it. */
export interface StorageSubject {
  readonly storage: Storage;
  /** URL of an empty directory (or one that does not exist yet), ending in `/`. */
  readonly root: string;
  /** Names that this store cannot hold (a colon on Windows, say) are left out. */
  readonly canHold?: (name: string) => boolean;
  /** Bytes of a large object in the tests of streams and aborts; 8 MiB by default. */
  readonly largeBytes?: number;
  /** Frees the place. */
  dispose?(): Promise<void>;
}

/** One clause of the contract. `run` resolves when the store keeps it, and rejects with what was wrong. */
export interface StorageCase {
  readonly name: string;
  run(): Promise<void>;
}

/** What a clause does to a subject. */
export type Clause = readonly [name: string, run: (subject: StorageSubject) => Promise<void>];

/** The bytes 0, 1, … 250, 0, 1, … from a position on: an error of one position shows. */
export function pattern(length: number, first = 0): Uint8Array {
  const bytes = new Uint8Array(length);
  const period = Math.min(length, 251);
  for (let i = 0; i < period; i++) bytes[i] = (first + i) % 251;
  for (let filled = period; filled < length; filled *= 2) bytes.copyWithin(filled, 0, filled);
  return bytes;
}

/** Whether both are the same bytes. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** URL of a name in a directory. */
export function urlOf(directory: string, name: string): string {
  return directory + encodeURIComponent(name);
}

/** Writes an object by the storage's own means. */
export async function write({ storage }: StorageSubject, url: string, bytes: Uint8Array): Promise<void> {
  await storage.put(url, bytes, { mode: "overwrite" });
}

/** Names (decoded) of a whole listing, page by page. */
export async function namesOf(pages: AsyncIterable<readonly { readonly url: string }[]>): Promise<string[]> {
  const names: string[] = [];
  for await (const page of pages) for (const { url } of page) names.push(nameOf(url));
  return names;
}

/** The decoded last segment of a URL. */
export function nameOf(url: string): string {
  return decodeURIComponent(url.slice(url.lastIndexOf("/") + 1));
}

/** All pieces of a stream in one array. */
export async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const piece of pieces) {
    parts.push(piece);
    length += piece.length;
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
