import type { ParallelIterator } from "../../src/index.js";
import { insist } from "./insist.js";
import type { World } from "./world.js";

/** How a history ended for its consumer. */
export type End = { readonly how: "done" } | { readonly how: "thrown"; readonly thrown: unknown };

/** Takes results, perhaps several calls at a time, and insists on quiet when it is told the end. */
export class Consumer {
  readonly values: unknown[] = [];
  /** What the first call that gave no value was told. */
  end: End | undefined;
  /** How the consumer's own `return()` ended. */
  left: End | undefined;
  leaving = false;
  readonly #iterator: ParallelIterator<unknown>;
  readonly #world: World;
  #called = 0;
  #settled = 0;

  constructor(iterator: ParallelIterator<unknown>, world: World) {
    this.#iterator = iterator;
    this.#world = world;
  }

  /** Whether nothing is left to wait for. */
  get finished(): boolean {
    return this.#world.outstanding === 0 && (this.leaving ? this.left !== undefined : this.end !== undefined);
  }

  get mayCall(): boolean {
    return !this.leaving && this.end === undefined && this.#world.outstanding < this.#world.plan.outstanding;
  }

  call(): void {
    const call = this.#called++;
    this.#world.outstanding += 1;
    this.#iterator.next().then(
      (result) => {
        this.#settle(call);
        if (result.done) this.#end({ how: "done" });
        else this.#take(result.value);
      },
      (thrown: unknown) => {
        this.#settle(call);
        insist(this.end === undefined, "an error is told once, and first");
        this.#end({ how: "thrown", thrown });
      },
    );
  }

  leave(): void {
    this.leaving = true;
    this.#iterator.return().then(
      () => this.#leave({ how: "done" }),
      (thrown: unknown) => this.#leave({ how: "thrown", thrown }),
    );
  }

  #settle(call: number): void {
    insist(call === this.#settled++, "next() calls settle in the order of the calls");
    this.#world.outstanding -= 1;
  }

  #take(value: unknown): void {
    insist(this.end === undefined, "no value comes after the end");
    this.values.push(value);
    this.#world.received += 1;
    if (this.#world.plan.kind === "parallelFlatMap") {
      const lane = Number.parseInt(String(value), 10);
      this.#world.receivedOf[lane] = (this.#world.receivedOf[lane] ?? 0) + 1;
    }
  }

  #end(end: End): void {
    this.end ??= end;
    this.#quiet();
  }

  #leave(end: End): void {
    this.left = end;
    this.#quiet();
  }

  #quiet(): void {
    insist(this.#world.busy === 0, "everything is quiet when the end is told");
    this.#world.closed = true;
  }
}
