import type { Clock } from "@asyncdelta/kernel-core";
import type { HttpHeaders } from "./http-request.js";

/** `Date` counts whole seconds, and an answer takes time: less than this is no difference. */
const TOLERANCE_MS = 2_000;

/** What time it is for an origin, learnt where it complains that ours is another. */
export class ServerTime {
  readonly #clock: Clock;
  readonly #offsets = new Map<string, number>();
  /** It is our clock that is wrong more often than theirs: the last offset holds for origins that have not yet complained. */
  #last = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds since 1970-01-01 UTC. */
  now(origin: string | undefined): number {
    const offset = origin === undefined ? undefined : this.#offsets.get(origin);
    return this.#clock.now() + (offset ?? this.#last);
  }

  /** Takes over the time of an answer. `false` where that changes nothing. */
  learn(origin: string, headers: HttpHeaders, signedAt: number): boolean {
    const theirs = Date.parse(headers.date ?? "");
    if (Number.isNaN(theirs) || Math.abs(theirs - signedAt) < TOLERANCE_MS) return false;
    this.#last = theirs - this.#clock.now();
    this.#offsets.set(origin, this.#last);
    return true;
  }
}
