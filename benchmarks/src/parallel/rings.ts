/** What every subject is given to do. */
export type Task = (item: number) => Promise<number>;

/** The plain loop: one task at a time, nothing in between. */
export async function plainLoop(source: AsyncIterable<number> | Iterable<number>, task: Task): Promise<number> {
  let sum = 0;
  for await (const item of source) sum += await task(item);
  return sum;
}

/**
 * The least that can be done to have `width` tasks under way and be iterable: a ring of promises in an async generator.
 * It keeps none of the nine rules but the second and the third.
 */
export async function* bareRing(
  source: AsyncIterable<number> | Iterable<number>,
  task: Task,
  width: number,
): AsyncGenerator<number> {
  const ring = new Array<Promise<number>>(width);
  let index = 0;
  for await (const item of source) {
    if (index >= width) yield ring[index % width] as Promise<number>;
    ring[index % width] = task(item);
    index += 1;
  }
  for (let i = Math.max(0, index - width); i < index; i++) yield ring[i % width] as Promise<number>;
}

/** The same ring written into the consumer's own loop, so that there is no iterator at all. */
export async function inlineRing(
  source: AsyncIterable<number> | Iterable<number>,
  task: Task,
  width: number,
): Promise<number> {
  const ring = new Array<Promise<number>>(width);
  let index = 0;
  let sum = 0;
  for await (const item of source) {
    if (index >= width) sum += await (ring[index % width] as Promise<number>);
    ring[index % width] = task(item);
    index += 1;
  }
  for (let i = Math.max(0, index - width); i < index; i++) sum += await (ring[i % width] as Promise<number>);
  return sum;
}
