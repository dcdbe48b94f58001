/** Until a request has been on its way for so long, in milliseconds, its answer may be there before anything is won. */
const SOON_MS = 2;

/**
 * What the first wait of a process for an answer is used for: `work`, which is told when that is over. It must not matter whether it succeeds.
 */
export function firstWait(work: (isOver: () => boolean) => Promise<unknown>): (answer: Promise<unknown>) => void {
  let isUsed = false;
  return (answer) => {
    if (isUsed) return;
    isUsed = true;
    let hasCome = false;
    const come = (): void => {
      hasCome = true;
    };
    answer.then(come, come);
    setTimeout(() => {
      if (!hasCome) work(() => hasCome).catch(() => {});
    }, SOON_MS).unref();
  };
}
