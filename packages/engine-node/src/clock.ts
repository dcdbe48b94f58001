import { abortedError, type Clock, throwIfAborted } from "@asyncdelta/kernel-core";

/** `setTimeout` takes no more than this. */
const LONGEST_TIMER = 0x7fffffff;

/** The machine's own time. */
export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    async sleep(ms, { signal } = {}) {
      throwIfAborted(signal);
      for (let left = ms; left > 0; left -= LONGEST_TIMER) await timer(Math.min(left, LONGEST_TIMER), signal);
    },
  };
}

function timer(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timeout);
      reject(abortedError(signal!));
    };
    const timeout = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
