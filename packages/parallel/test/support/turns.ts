import { setImmediate } from "node:timers/promises";

/** Lets every promise that can settle by itself do so: all microtasks, and one turn of the event loop. */
export async function quiesce(): Promise<void> {
  await setImmediate();
}

/** Whether a promise has settled by now, and how. */
export type State<T> = { state: "pending" } | { state: "fulfilled"; value: T } | { state: "rejected"; reason: unknown };

/** Watches a promise without disturbing it. */
export function watch<T>(promise: Promise<T>): { now: State<T> } {
  const watched: { now: State<T> } = { now: { state: "pending" } };
  promise.then(
    (value) => {
      watched.now = { state: "fulfilled", value };
    },
    (reason: unknown) => {
      watched.now = { state: "rejected", reason };
    },
  );
  return watched;
}

export async function collect<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of iterable) items.push(item);
  return items;
}
