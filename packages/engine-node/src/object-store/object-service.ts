import type { Refusal } from "../http/http-call.js";
import type { HttpHeaders, HttpRequest } from "../http/http-request.js";

/**
 * What one kind of store knows that the others do not: where an object is, how a request is signed, how a listing is
 * asked for and read, by which headers a condition is put, and what its refusals mean. All else (retry, ranges, pages
 * ahead, resuming, limits) is written once, in `objectStorage`.
 */
export interface ObjectService {
  /** For messages: `"S3"`, `"Azure Blob Storage"`, `"Google Cloud Storage"`, `"HTTP"`. */
  readonly name: string;
  /** The `http(s):` URL of an object given by its storage URL. @throws DeltaError `INVALID_ARGUMENT` */
  objectUrl(url: string): string;
  /**
   * Signs a request (with fresh credentials and the server's time) and adds the headers that every request needs. At once where
   * it can: a promise for each of a thousand requests costs.
   */
  authorize(request: HttpRequest, context: AuthorizeContext): HttpRequest | Promise<HttpRequest>;
  /**
   * Drops the credentials at hand, so that the next request gets new ones. One refresh is under way at most. Given the
   * request that was `refused`, as `authorize` returned it, credentials that have come since stay.
   */
  renew(signal: AbortSignal | undefined, refused?: HttpRequest): Promise<void>;
  /** Headers that make a GET or HEAD fail with `precondition` unless the object still has this etag; may change the URL. */
  ifMatch(request: HttpRequest, etag: string): HttpRequest;
  /** What makes a PUT create and never replace, or `undefined` where the store cannot do that. May change the URL. */
  ifAbsent: ((request: HttpRequest) => HttpRequest) | undefined;
  /** Headers that every PUT needs (`x-ms-blob-type`). May change URL and method. */
  putRequest(request: HttpRequest): HttpRequest;
  /** Asks for one page of the objects directly in a directory, or `undefined` where the store cannot list. */
  list: ObjectListing | undefined;
  /** The etag of an answer to GET, HEAD or PUT, in the form that `ifMatch` takes (for Google, generation). */
  etagOf(headers: HttpHeaders): string | undefined;
  /**
   * When the object of an answer to HEAD was last modified, in milliseconds since 1970-01-01 UTC, the same as a listing
   * says. Without it, or where it gives `undefined`, `Last-Modified` tells, in whole seconds.
   */
  lastModifiedOf?(headers: HttpHeaders): number | undefined;
  classify(status: number, headers: HttpHeaders, body: string): Refusal;
}

export interface AuthorizeContext {
  /** Milliseconds since 1970-01-01 UTC by the server's clock. */
  readonly now: number;
  readonly signal: AbortSignal | undefined;
}

export interface ObjectListing {
  /** Whether names come in order of their UTF-8 bytes. Where not, all pages are fetched and sorted. */
  readonly isSorted: boolean;
  /** Whether `startAfter` is honoured by the store; where not, names are skipped here. */
  readonly hasStartAfter: boolean;
  pageRequest(directory: string, page: PageOptions): HttpRequest;
  parsePage(directory: string, body: Uint8Array): ListedPage;
}

export interface PageOptions {
  /** A name: only what sorts strictly after it. The same for all pages of a listing; beside a `token`, stores need it or not. */
  readonly startAfter?: string | undefined;
  /** Where the last page ended. */
  readonly token?: string | undefined;
  /** Most names in a page. By default the store's own, usually 1000. */
  readonly limit?: number | undefined;
}

export interface ListedPage {
  readonly objects: readonly ListedObject[];
  /** There is another page. */
  readonly token?: string | undefined;
}

export interface ListedObject {
  /** Name in the directory, decoded; objects of sub-directories are not listed. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly lastModified: number;
  readonly etag?: string | undefined;
}
