import type { HttpHeaders } from "../http/http-request.js";
import { replacedError } from "./object-error.js";

/**
 * Which object a reading is about. A reading of several requests pins it to what the first answer says, and holds all
 * later ones to that, so that a result is never a mixture of an object and its replacement.
 */
export class ObjectIdentity {
  readonly #url: string;
  #etag: string | undefined;
  #lastModified: string | undefined;
  #size: number | undefined;
  #isSizeTold = false;

  /** `etag` and `size`: those that the caller insists on. */
  constructor(url: string, etag: string | undefined, size?: number) {
    this.#url = url;
    this.#etag = etag;
    this.#size = size;
  }

  /** What later requests are conditional on. */
  get etag(): string | undefined {
    return this.#etag;
  }

  /** Whether a second answer could be told from one about another object. */
  get isPinned(): boolean {
    return this.#etag !== undefined || this.#lastModified !== undefined;
  }

  /** Bytes of the whole object, as far as they are known. */
  get size(): number | undefined {
    return this.#size;
  }

  /** Whether an answer has told the size. */
  get isSizeTold(): boolean {
    return this.#isSizeTold;
  }

  /** Takes note of what an answer says. Throws `FILE_CHANGED` where it contradicts an earlier one. */
  check(etag: string | undefined, headers: HttpHeaders, size: number | undefined): void {
    const lastModified = headers["last-modified"];
    if (
      differ(this.#etag, etag) ||
      differ(this.#size, size) ||
      // An etag says more: a store may tell the time differently from answer to answer.
      ((this.#etag === undefined || etag === undefined) && differ(this.#lastModified, lastModified))
    ) {
      throw replacedError(this.#url);
    }
    this.#etag ??= etag;
    this.#size ??= size;
    this.#isSizeTold ||= size !== undefined;
    this.#lastModified ??= lastModified;
  }
}

function differ<T>(a: T | undefined, b: T | undefined): boolean {
  return a !== undefined && b !== undefined && a !== b;
}
