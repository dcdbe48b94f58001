import type { Random } from "./random.js";

/** Things that may happen next. A history is what a seed makes of them. */
export class Agenda {
  readonly #actions: Set<() => void> = new Set();
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  get empty(): boolean {
    return this.#actions.size === 0;
  }

  /** Puts something on the agenda; gives a function that takes it off again, if it is still there. */
  add(action: () => void): () => boolean {
    this.#actions.add(action);
    return () => this.#actions.delete(action);
  }

  /** Lets one of the actions happen. */
  step(): void {
    const action = [...this.#actions][this.#random.int(this.#actions.size)] as () => void;
    this.#actions.delete(action);
    action();
  }
}

/** Lets every promise that can settle by itself do so: the tick queue runs when there are no microtasks left. */
export function drain(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}
