/**
 * # The storage contract
 *
 * A storage is a flat store of immutable-enough objects. It knows URLs and bytes, and nothing of Delta.
 * Every store passes `storageConformance` of `@asyncdelta/kernel-core/testing`.
 *
 * - **URLs** are absolute and percent-encoded, `file:///lake/t/part%200.parquet`. A directory ends in `/`.
 * - **Listing** gives the objects directly in a directory (never those of its sub-directories), in pages, ordered by
 *   the UTF-8 bytes of their names, strictly after `startAfter`. A directory that does not exist is an empty one.
 *   An implementation asks for the next page before the current one is consumed.
 * - **Reading** returns exactly the bytes asked for, or throws: an object shorter than the range ends in
 *   `FILE_CHANGED`, an absent one in `FILE_NOT_FOUND`. A result is never short.
 * - **Putting** with mode `create` is an atomic put-if-absent. A store that cannot do that throws before it writes.
 *   A reader sees the whole object or none.
 * - **Failures** are `DeltaError`s: `FILE_NOT_FOUND`, `FILE_CHANGED`, `ACCESS_DENIED`, `STORAGE_FAILED`, `ABORTED`.
 * - **Signals** reach the file handle or socket: after an abort nothing goes on.
 */
export interface Storage {
  /**
   * Whether a round trip costs much more than the work it brings (an object store) or not (a local disk).
   * Where it does, the kernel asks for what it will probably need beside what it certainly needs.
   */
  readonly roundTrip: "costly" | "cheap";
  /** The same for one URL, where a storage leads to several stores; `roundTrip` then tells of those that were used. */
  roundTripTo?(url: string): "costly" | "cheap";
  /**
   * What a listing of this directory is made of: a request for each page, wherever it begins (`"pages"`, which absence
   * means); all pages always, because the store does not keep names in order (`"whole"`); a question for each object
   * (`"probes"`); or all names at once, which `names` gives, and then a question for each that is wanted (`"names"`, a file system).
   * The kernel begins listings that may not be needed where they cost little, and has names read before it knows which it wants.
   */
  listingOf?(directory: string): "pages" | "whole" | "probes" | "names";
  /**
   * All names in `directory`, in any order, those of sub-directories among them; none where it does not exist. Only asked where
   * `listingOf` says `"names"`.
   */
  names?(directory: string, options?: StorageOptions): Promise<readonly string[]>;
  /** Objects directly in `directory`, in pages. */
  list(directory: string, options?: ListOptions): AsyncIterable<readonly ObjectMeta[]>;
  /** The bytes of an object, or of one range of it. */
  read(url: string, options?: ReadOptions): Promise<Uint8Array>;
  /** Several ranges of one object, in the order asked for; near ones are fetched together, and may share a buffer. */
  readRanges(url: string, ranges: readonly ByteRange[], options?: ReadRangesOptions): Promise<Uint8Array[]>;
  /** The bytes of an object (or of one range) in pieces, in order, for objects too large to hold. */
  stream(url: string, options?: ReadOptions): AsyncIterable<Uint8Array>;
  /** Size and modification time, or `undefined` if there is no such object. */
  head(url: string, options?: StorageOptions): Promise<ObjectMeta | undefined>;
  /** Writes an object whole. `create` never replaces; `overwrite` always does. */
  put(url: string, bytes: Uint8Array, options: PutOptions): Promise<"created" | "exists" | "overwritten">;
  /** Removes an object; one that is not there is no error. */
  delete(url: string, options?: StorageOptions): Promise<void>;
}

export interface ObjectMeta {
  readonly url: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly lastModified: number;
  /** Changes when the object does, where the store has one. */
  readonly etag?: string;
}

/** `length` bytes from `offset` on. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

export interface StorageOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface ListOptions extends StorageOptions {
  /** A name (not a URL): only objects whose names sort strictly after it are listed. */
  readonly startAfter?: string | undefined;
  /** What `names` has given for this directory: they are not read again, and only objects of these names are listed. */
  readonly names?: readonly string[] | undefined;
  /** A name: those that sort at it or behind are not wanted. They may come, but no page is asked for because of them. */
  readonly endBefore?: string | undefined;
}

export interface ReadRangesOptions extends StorageOptions {
  /** Fail with `FILE_CHANGED` unless the object still has this etag. */
  readonly ifMatch?: string | undefined;
  /**
   * Bytes of the whole object, as a listing has them: where the store, answering, tells of another length, that is
   * `FILE_CHANGED`. One that learns no length when it reads a range, as a file system, need not ask for it.
   */
  readonly size?: number | undefined;
  /** Told the etag of what was read, if the store has one: the `ifMatch` of what else is read of the same object. */
  readonly onEtag?: ((etag: string) => void) | undefined;
  /**
   * Gives memory of exactly so many bytes to read into, so that a caller who knows when bytes are done with can use
   * memory again. A storage may call it, as often as it likes, and then gives views of what it got; it may as well give
   * memory of its own. Once the promise is settled, it does not write to that memory any more.
   */
  readonly allocate?: ((length: number) => Uint8Array) | undefined;
}

export interface ReadOptions extends ReadRangesOptions {
  readonly range?: ByteRange | undefined;
}

export interface PutOptions extends StorageOptions {
  readonly mode: "create" | "overwrite";
}
