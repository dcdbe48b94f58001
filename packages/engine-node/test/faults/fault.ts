import type { Answer, Asked } from "./answer.js";

/** What a server does wrong with one request. Each is told apart on the wire, so none stands for another. */
export type Fault =
  /** The connection is reset before a byte of the answer. */
  | { readonly kind: "reset" }
  /** The head is right, `Content-Length` too; after some bytes of the body the connection ends or is reset. */
  | { readonly kind: "cut"; readonly after: number; readonly by: "end" | "reset" }
  /** Nothing comes any more: before the head, or after some bytes of the body. For good, or for a time. */
  | { readonly kind: "stall"; readonly after: number | "nothing"; readonly ms?: number }
  /** The body comes in pieces with pauses between. */
  | { readonly kind: "drip"; readonly bytes: number; readonly ms: number }
  /** Another answer, well-formed. */
  | { readonly kind: "say"; readonly answer: (answer: Answer, asked: Asked) => Answer }
  /** Bytes as they stand, which need not be HTTP; then the connection ends or is reset. */
  | {
      readonly kind: "raw";
      readonly bytes: (answer: Answer, asked: Asked) => Uint8Array | string;
      readonly by: "end" | "reset";
    }
  /** The right answer; then the connection is closed, announced by `Connection: close` or not. */
  | { readonly kind: "hang up"; readonly announced: boolean };

const EMPTY: Uint8Array = new Uint8Array();

/** A head as it goes over the wire; `framing` replaces `Content-Length`. */
export function rawHead({ status, headers, body }: Answer, framing?: readonly string[]): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const frame = framing ?? [`Content-Length: ${body.length}`];
  return `${[`HTTP/1.1 ${status} Whatever`, ...lines, ...frame].join("\r\n")}\r\n\r\n`;
}

/** An answer with other headers; `undefined` takes one away. */
export function withHeaders(answer: Answer, changes: Record<string, string | undefined>): Answer {
  const all = { ...answer.headers, ...changes };
  const headers = Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  return { ...answer, headers };
}

/** Says a fixed thing instead. */
export function say(status: number, body: string | Uint8Array = EMPTY, headers: Record<string, string> = {}): Fault {
  return {
    kind: "say",
    answer: () => ({ status, headers, body: typeof body === "string" ? Buffer.from(body) : body }),
  };
}

/** Says what it would have said, changed. */
export function change(answer: (answer: Answer, asked: Asked) => Answer): Fault {
  return { kind: "say", answer };
}

/** The first bytes of a body, in a frame that says no more than that. */
export function shortened(by: number, contentRange: "as it was" | "shortened" | "none"): Fault {
  return change((answer) => {
    const body = answer.body.subarray(0, Math.max(0, answer.body.length - by));
    const range = answer.headers["content-range"];
    if (range === undefined || contentRange === "as it was") return { ...answer, body };
    const [, first, , total] = /^bytes (\d+)-(\d+)\/(.*)$/.exec(range)!;
    const shorter = `bytes ${first}-${Number(first) + body.length - 1}/${total}`;
    return withHeaders({ ...answer, body }, { "content-range": contentRange === "none" ? undefined : shorter });
  });
}

/** The body in chunks, which end as if it were whole though it is not. */
export function shortenedChunked(by: number): Fault {
  return change((answer) => {
    const body = answer.body.subarray(0, Math.max(0, answer.body.length - by));
    return withHeaders({ ...answer, body }, { "transfer-encoding": "chunked" });
  });
}

/** No length and no chunks: the body goes to the end of the connection, which comes too soon. */
export function shortenedToEnd(by: number): Fault {
  return {
    kind: "raw",
    by: "end",
    bytes: (answer) => {
      const body = answer.body.subarray(0, Math.max(0, answer.body.length - by));
      return join([rawHead(answer, ["Connection: close"]), body]);
    },
  };
}

/** Texts and bytes, one after another. */
export function join(parts: readonly (string | Uint8Array)[]): Uint8Array {
  return Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : part)));
}
