import { checkRange, shortObjectError } from "../engine/byte-range.js";
import { compareNames } from "../engine/compare-names.js";
import type { ByteRange, ObjectMeta, ReadRangesOptions, Storage } from "../engine/storage.js";
import { DeltaError, throwIfAborted } from "../errors.js";

export interface MemoryStorageOptions {
  /** What {@link Storage.roundTrip} says; `"cheap"` by default. */
  readonly roundTrip?: Storage["roundTrip"];
  /** Objects that are there from the start, by URL; text is stored as UTF-8. */
  readonly objects?: Readonly<Record<string, Uint8Array | string>>;
  /** Most objects of a listing page; 1000 by default. */
  readonly pageSize?: number;
  /** Milliseconds since 1970-01-01 UTC, for modification times; by default each write is one second after the last. */
  readonly now?: () => number;
}

/** A storage in a `Map`, for tests: it passes {@link storageConformance}, and its content can be set directly. */
export interface MemoryStorage extends Storage {
  /** Writes an object as it is, whatever was there; text is stored as UTF-8. */
  set(url: string, content: Uint8Array | string, options?: { readonly lastModified?: number }): void;
  /** URLs of all objects, ordered by their UTF-8 bytes. */
  urls(): string[];
}

interface StoredObject {
  readonly bytes: Uint8Array;
  readonly lastModified: number;
  readonly etag: string;
}

const PIECE_BYTES = 64 * 1024;

/** Makes a {@link MemoryStorage}. Its URLs are `memory:///…`. */
export function memoryStorage(options: MemoryStorageOptions = {}): MemoryStorage {
  const { pageSize = 1000 } = options;
  const objects = new Map<string, StoredObject>();
  let writes = 0;
  const now = options.now ?? (() => writes * 1000);

  function set(url: string, content: Uint8Array | string, { lastModified }: { lastModified?: number } = {}): void {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content.slice();
    writes++;
    objects.set(canonicalUrl(url), { bytes, lastModified: lastModified ?? now(), etag: `"${writes}"` });
  }

  function find(url: string, { signal, ifMatch, onEtag }: ReadRangesOptions): StoredObject {
    throwIfAborted(signal);
    const object = objects.get(canonicalUrl(url));
    if (object === undefined) throw new DeltaError("FILE_NOT_FOUND", `There is no object ${url}.`, { path: url });
    if (ifMatch !== undefined && ifMatch !== object.etag) {
      throw new DeltaError("FILE_CHANGED", `${url} was replaced while it was read.`, { path: url });
    }
    onEtag?.(object.etag);
    return object;
  }

  for (const [url, content] of Object.entries(options.objects ?? {})) set(url, content);

  return {
    roundTrip: options.roundTrip ?? "cheap",
    set,
    urls: () => [...objects.keys()].sort(compareNames),

    async *list(directory, { startAfter, signal } = {}) {
      const prefix = canonicalUrl(directory);
      if (!prefix.endsWith("/")) {
        throw new DeltaError("INVALID_ARGUMENT", `A directory ends in "/": ${directory}`, { path: directory });
      }
      await turn(signal);
      const names: { name: string; url: string }[] = [];
      for (const url of objects.keys()) {
        if (!url.startsWith(prefix) || url.includes("/", prefix.length)) continue;
        const name = decodeURIComponent(url.slice(prefix.length));
        if (name !== "" && (startAfter === undefined || compareNames(name, startAfter) > 0)) names.push({ name, url });
      }
      names.sort((a, b) => compareNames(a.name, b.name));
      for (let from = 0; from < names.length; from += pageSize) {
        if (from > 0) await turn(signal);
        const page: ObjectMeta[] = [];
        for (const { url } of names.slice(from, from + pageSize)) {
          const object = objects.get(url);
          if (object !== undefined) page.push(metaOf(url, object));
        }
        if (page.length > 0) yield page;
      }
      throwIfAborted(signal);
    },

    async read(url, readOptions = {}) {
      if (readOptions.range !== undefined) checkRange(readOptions.range, url);
      await turn(readOptions.signal);
      return cut(url, find(url, readOptions).bytes, readOptions.range);
    },

    async readRanges(url, ranges, readOptions = {}) {
      for (const range of ranges) checkRange(range, url);
      await turn(readOptions.signal);
      if (ranges.length === 0) return [];
      const { bytes } = find(url, readOptions);
      return ranges.map((range) => cut(url, bytes, range));
    },

    async *stream(url, readOptions = {}) {
      if (readOptions.range !== undefined) checkRange(readOptions.range, url);
      await turn(readOptions.signal);
      const bytes = cut(url, find(url, readOptions).bytes, readOptions.range);
      for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
        if (from > 0) await turn(readOptions.signal);
        yield bytes.slice(from, from + PIECE_BYTES);
      }
      throwIfAborted(readOptions.signal);
    },

    async head(url, { signal } = {}) {
      await turn(signal);
      const object = objects.get(canonicalUrl(url));
      return object === undefined ? undefined : metaOf(canonicalUrl(url), object);
    },

    async put(url, bytes, { mode, signal }) {
      await turn(signal);
      if (mode === "create" && objects.has(canonicalUrl(url))) return "exists";
      set(url, bytes);
      return mode === "create" ? "created" : "overwritten";
    },

    async delete(url, { signal } = {}) {
      await turn(signal);
      objects.delete(canonicalUrl(url));
    },
  };
}

/** Gives way once before any work, so that an abort right after the call is seen. */
async function turn(signal: AbortSignal | undefined): Promise<void> {
  throwIfAborted(signal);
  await undefined;
  throwIfAborted(signal);
}

function metaOf(url: string, object: StoredObject): ObjectMeta {
  return { url, size: object.bytes.length, lastModified: object.lastModified, etag: object.etag };
}

function cut(url: string, bytes: Uint8Array, range: ByteRange = { offset: 0, length: bytes.length }): Uint8Array {
  const end = range.offset + range.length;
  if (end > bytes.length) throw shortObjectError(url, range, bytes.length);
  return bytes.slice(range.offset, end);
}

/** One spelling for each object, since `%41` and `A` name the same one. */
function canonicalUrl(url: string): string {
  const match = /^([a-z][a-z0-9+.-]*:\/\/[^/]*)(\/[^?#]*)$/i.exec(url);
  if (match !== null) {
    try {
      const segments = match[2]!.split("/").map((segment) => encodeURIComponent(decodeURIComponent(segment)));
      return match[1]! + segments.join("/");
    } catch {
      // falls through: a "%" that starts no escape
    }
  }
  throw new DeltaError("INVALID_ARGUMENT", `Not an absolute, percent-encoded URL: ${url}`, { path: url });
}
