/** The first `count` items; the source is returned when they have been taken. */
export async function* limited<T>(source: AsyncIterable<T>, count: number): AsyncGenerator<T, undefined> {
  if (count === 0) return;
  let taken = 0;
  for await (const item of source) {
    taken += 1;
    yield item;
    if (taken === count) return;
  }
}
