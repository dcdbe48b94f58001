import type { Asked } from "./answer.js";

/** What kind of file of a table a request is about, by its name. */
export type FileKind = "list" | "hint" | "commit" | "checkpoint" | "sidecar" | "checksum" | "data" | "other";

/** One request as the server saw it. Times are in milliseconds of `performance.now()`. */
export interface WireRequest {
  readonly index: number;
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  readonly headers: Asked["headers"];
  readonly kind: FileKind;
  /** Path without the query, decoded: `bucket/key`. */
  readonly key: string;
  /** `Range` as sent. */
  readonly range: string | undefined;
  /** How often the same has been asked before. */
  readonly attempt: number;
  /** Length of the longest chain of requests that ends here, if each waited for all that had ended before it began. */
  readonly round: number;
  /** Requests under way when it came, this one among them. */
  readonly inFlight: number;
  readonly startedAt: number;
  firstByteAt?: number;
  endedAt?: number;
  status?: number;
  /** The part of the object that was sent, from the first byte on; nothing of a listing. */
  sent?: { readonly offset: number; length: number };
  /** `cut` by the server, `aborted` by the client. */
  outcome: "running" | "whole" | "cut" | "aborted";
}

/** The requests since the last reset, in the order in which they came. */
export class WireLog {
  requests: WireRequest[] = [];
  #asked = new Map<string, number>();
  #ended = 0;
  #running = 0;

  begin({ method, target, headers }: Asked): WireRequest {
    const same = `${method} ${target} ${headers.range ?? ""}`;
    const attempt = this.#asked.get(same) ?? 0;
    this.#asked.set(same, attempt + 1);
    const request: WireRequest = {
      index: this.requests.length,
      method,
      target,
      headers,
      kind: kindOf(target),
      key: decodeURIComponent(target.split("?", 1)[0]!.slice(1)),
      range: headers.range,
      attempt,
      round: this.#ended + 1,
      inFlight: ++this.#running,
      startedAt: performance.now(),
      outcome: "running",
    };
    this.requests.push(request);
    return request;
  }

  end(request: WireRequest, outcome: "whole" | "cut" | "aborted"): void {
    if (request.outcome !== "running") return;
    request.outcome = outcome;
    request.endedAt = performance.now();
    this.#running--;
    this.#ended = Math.max(this.#ended, request.round);
  }

  /** Forgets what has ended. */
  reset(): void {
    this.requests = [];
    this.#asked.clear();
    this.#ended = 0;
  }

  /** Requests under way now. */
  get running(): number {
    return this.#running;
  }

  /** Most requests that were under way at once. */
  get peak(): number {
    return this.requests.reduce((most, { inFlight }) => Math.max(most, inFlight), 0);
  }

  /** Dependent round trips. */
  get rounds(): number {
    return this.requests.reduce((most, { round }) => Math.max(most, round), 0);
  }

  /** Bytes of objects that were sent. */
  get bytes(): number {
    return this.requests.reduce((sum, { sent }) => sum + (sent?.length ?? 0), 0);
  }

  of(kind: FileKind): WireRequest[] {
    return this.requests.filter((request) => request.kind === kind);
  }

  /** One line for each request, for messages. */
  toString(): string {
    return this.requests
      .map(({ round, method, target, range = "", status = "-", outcome, sent }) =>
        [round, method, target, range, status, outcome, sent?.length ?? ""].join(" "),
      )
      .join("\n");
  }
}

function kindOf(target: string): FileKind {
  const [path = "", query = ""] = target.split("?", 2);
  if (/(^|&)(list-type=2|comp=list|prefix=|delimiter=)/.test(query)) return "list";
  const name = decodeURIComponent(path);
  if (name.endsWith("/_last_checkpoint")) return "hint";
  if (name.includes("/_sidecars/")) return "sidecar";
  if (!name.includes("/_delta_log/")) return name.endsWith(".parquet") ? "data" : "other";
  if (/\/\d{20}\.checkpoint\./.test(name)) return "checkpoint";
  if (/\/\d{20}\.json$/.test(name)) return "commit";
  return name.endsWith(".crc") ? "checksum" : "other";
}
