import type { Answer, Exchange } from "./exchange.js";

/**
 * The answer of `first`, or, where it takes longer than `afterMs`, of whichever of the two comes first. The other one is given
 * up. `startSecond` gives none where there is no room for it.
 */
export async function hedge(
  first: Exchange,
  afterMs: number,
  startSecond: () => Exchange | undefined,
): Promise<Answer> {
  if (await settlesWithin(first.answer, afterMs)) return first.answer;
  const second = startSecond();
  if (second === undefined) return first.answer;
  try {
    // The first to answer, and not the first to fail.
    const winner = await Promise.any([tag(first), tag(second)]);
    (winner.exchange === first ? second : first).cancel();
    return winner.answer;
  } catch {
    return first.answer;
  }
}

async function tag(exchange: Exchange): Promise<{ readonly exchange: Exchange; readonly answer: Answer }> {
  return { exchange, answer: await exchange.answer };
}

function settlesWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms);
    const settled = (): void => {
      clearTimeout(timer);
      resolve(true);
    };
    promise.then(settled, settled);
  });
}
