import type { Random } from "./random.js";

export type Kind = "parallelMap" | "parallelMapUnordered" | "parallelFlatMap" | "prefetch";

/** How something that may take time is answered: on the spot, by a promise that has settled, or when its turn comes. */
export type Manner = "sync" | "settled" | "later";

export interface Outcome {
  readonly manner: Manner;
  /** The error it ends in, boxed since it may be `undefined`; none if it gives a value. */
  readonly error?: { readonly thrown: unknown };
}

/** An inner iterable of a flat map. */
export interface LanePlan {
  readonly asynchronous: boolean;
  readonly length: number;
  /** How it ends, after its items. */
  readonly end: Outcome;
}

export interface ItemPlan {
  /** How the task ends; for a flat map, how the iterable comes to be. */
  readonly task: Outcome;
  readonly lane: LanePlan;
  /** Whether the task gives up when its signal aborts. */
  readonly heedsSignal: boolean;
}

/** Everything that is decided beforehand about one history. The order of events is drawn while it runs. */
export interface Plan {
  readonly kind: Kind;
  readonly concurrency: number;
  readonly readahead: number;
  readonly prefetch: number;
  readonly eager: boolean;
  readonly asynchronousSource: boolean;
  readonly items: readonly ItemPlan[];
  readonly sourceEnd: Outcome;
  /** What the source's `return()` rejects with, if it does. */
  readonly returnError?: { readonly thrown: unknown };
  /** Most `next()` calls that the consumer leaves pending at once. */
  readonly outstanding: number;
  /** Whether the consumer leaves early, or the signal aborts, at some moment. */
  readonly leaves: boolean;
  readonly aborts: boolean;
  /** How often events fall into one turn, without letting promises settle in between. */
  readonly haste: number;
}

/** Draws a plan. Small numbers, so that bounds are met and events collide. */
export function drawPlan(kind: Kind, random: Random): Plan {
  const concurrency = 1 + random.int(4);
  const troubled = random.chance(0.5);
  const outcome = (manners: readonly Manner[], probability: number): Outcome => {
    const manner = random.pick(manners);
    if (!troubled || !random.chance(probability)) return { manner };
    return { manner, error: { thrown: random.pick([new Error(`error ${random.int(1000)}`), undefined, 0]) } };
  };
  const manners: readonly Manner[] = random.pick([["later"], ["sync"], ["settled"], ["sync", "settled", "later"]]);
  const items = Array.from({ length: random.int(9) }, () => ({
    task: outcome(manners, 0.15),
    lane: { asynchronous: random.chance(0.7), length: random.int(4), end: outcome(["later", "settled"], 0.15) },
    heedsSignal: random.chance(0.5),
  }));
  const end = random.chance(0.5);
  return {
    kind,
    concurrency,
    readahead: concurrency + random.pick([0, 0, 1, 4]),
    prefetch: 1 + random.int(3),
    eager: random.chance(0.2),
    asynchronousSource: random.chance(0.7),
    items,
    sourceEnd: outcome(["later", "settled"], 0.3),
    ...(troubled && random.chance(0.2) ? { returnError: { thrown: new Error("cannot close") } } : {}),
    outstanding: random.pick([1, 1, 1, 3]),
    leaves: end && random.chance(0.5),
    aborts: end && random.chance(0.5),
    haste: random.pick([0, 0.3, 0.7]),
  };
}
