import { type Permit, Semaphore } from "@asyncdelta/parallel";
import { OriginLimit, type OriginPlace } from "./origin-limit.js";

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
    const held: (OriginPlace | Permit)[] = [];
    try {
      const place = await this.origin(origin).acquire(signal);
      held.push(place);
      const room = bytes > 0 ? await this.#bytes.acquire({ signal, weight: bytes }) : undefined;
      if (room !== undefined) held.push(room);
      return new Ticket(place, room, await this.#requests.acquire({ signal }));
    } catch (error) {
      for (const part of held) part.release();
      throw error;
    }
  }

  /** A ticket if all of it is free now. */
  tryAcquire(origin: string, bytes: number): Ticket | undefined {
    const place = this.origin(origin).tryAcquire();
    if (place === undefined) return undefined;
    const room = bytes > 0 ? this.#bytes.tryAcquire(bytes) : undefined;
    const permit = bytes > 0 && room === undefined ? undefined : this.#requests.tryAcquire();
    if (permit !== undefined) return new Ticket(place, room, permit);
    room?.release();
    place.release();
    return undefined;
  }
}

/** The right to have one request in flight: kept until it is known what the answer says of the limit, and the body is done with. */
export class Ticket {
  readonly #place: OriginPlace;
  readonly #room: Permit | undefined;
  readonly #permit: Permit;
  #isJudged = false;
  #isDone = false;

  constructor(place: OriginPlace, room: Permit | undefined, permit: Permit) {
    this.#place = place;
    this.#room = room;
    this.#permit = permit;
  }

  throttled(): void {
    this.#place.throttled();
  }

  succeeded(): void {
    this.#place.succeeded();
  }

  /** The answer has said what it says of the limit. */
  judged(): void {
    this.#isJudged = true;
    if (this.#isDone) this.release();
  }

  /** Nothing of the answer is left to be read. */
  readonly done = (): void => {
    this.#isDone = true;
    if (this.#isJudged) this.release();
  };

  /** Safe to repeat. */
  release(): void {
    this.#place.release();
    this.#room?.release();
    this.#permit.release();
  }
}
