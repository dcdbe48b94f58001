import { Semaphore } from "@asyncdelta/parallel";
import { OriginLimit } from "./origin-limit.js";

/** The right to have one request in flight. */
export interface Ticket {
  throttled(): void;
  succeeded(): void;
  /** Safe to repeat. */
  release(): void;
}

interface LimitSettings {
  readonly requests: number;
  readonly connections: number;
  readonly bytesInFlight: number;
}

/** What a client has in flight: requests of each origin, bytes, and requests in all; each waited for in the order of asking. */
export class Limits {
  readonly #connections: number;
  readonly #requests: Semaphore;
  readonly #bytes: Semaphore;
  readonly #origins = new Map<string, OriginLimit>();

  constructor(settings: LimitSettings) {
    this.#connections = settings.connections;
    this.#requests = new Semaphore(settings.requests);
    this.#bytes = new Semaphore(settings.bytesInFlight);
  }

  origin(origin: string): OriginLimit {
    let limit = this.#origins.get(origin);
    if (limit === undefined) {
      limit = new OriginLimit(this.#connections);
      this.#origins.set(origin, limit);
    }
    return limit;
  }

  /**
   * Rejects with the signal's reason. The scarcest is waited for last: whoever waits for a throttled origin or for memory keeps no
   * request slot from others.
   */
  async acquire(origin: string, bytes: number, signal: AbortSignal): Promise<Ticket> {
    const held: { release(): void }[] = [];
    const release = (): void => {
      for (const part of held) part.release();
    };
    try {
      const place = await this.origin(origin).acquire(signal);
      held.push(place);
      if (bytes > 0) held.push(await this.#bytes.acquire({ signal, weight: bytes }));
      held.push(await this.#requests.acquire({ signal }));
      return { throttled: () => place.throttled(), succeeded: () => place.succeeded(), release };
    } catch (error) {
      release();
      throw error;
    }
  }

  /** A ticket if all of it is free now. */
  async acquireIfFree(origin: string, bytes: number, signal: AbortSignal): Promise<Ticket | undefined> {
    const isFree =
      this.origin(origin).isFree &&
      this.#requests.waiting + this.#bytes.waiting === 0 &&
      this.#requests.available > 0 &&
      this.#bytes.available >= bytes;
    return isFree ? this.acquire(origin, bytes, signal) : undefined;
  }
}
