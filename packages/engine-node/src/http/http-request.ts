/** One HTTP request, whole and signed. */
export interface HttpRequest {
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  /** Absolute `http:` or `https:` URL; path and query are sent as they stand, byte for byte. */
  readonly url: string;
  /** Names in lower case. May hold secrets: never shown. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
}

/** The headers of an answer: names in lower case, repeated ones joined by `", "`. */
export type HttpHeaders = Readonly<Record<string, string | undefined>>;

/** An answer that was accepted. Its body must be read to the end or cancelled: until then it holds a socket and a slot. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: HttpHeaders;
  /** The URL asked, without its query, for messages. */
  readonly url: string;
  /** The body in pieces. Ends early only with an error of kind `broken`. Leaving it early closes the socket. */
  readonly body: AsyncIterable<Uint8Array>;
  /** `Content-Length`, where the answer has one and a body: then the body has just so many bytes, or fails. */
  readonly length: number | undefined;
  /**
   * Gives each piece of the body to `sink`, which must not keep it, as it comes. Resolves at the body's end, or gives nothing to
   * wait for where all of it was here.
   */
  drain(sink: (piece: Uint8Array) => void): Promise<void> | undefined;
  /** The whole body, of at most `limit` bytes. */
  bytes(limit?: number): Promise<Uint8Array>;
  /** Gives the socket back (after a short rest of the body) or closes it. Safe to repeat. */
  cancel(): Promise<void>;
}
