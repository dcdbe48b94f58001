/** A signal whose listeners are counted. */
export interface CountedSignal {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
  /** How many listeners are on the signal now. */
  readonly listeners: number;
  /** The most there have been at once. */
  readonly most: number;
}

export function countedSignal(): CountedSignal {
  const controller = new AbortController();
  const { signal } = controller;
  const listeners = new Set<unknown>();
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  const counted = { signal, abort: (reason?: unknown) => controller.abort(reason), listeners: 0, most: 0 };
  const count = (): void => {
    counted.listeners = listeners.size;
    counted.most = Math.max(counted.most, counted.listeners);
  };
  signal.addEventListener = (type: string, listener: unknown, options?: unknown) => {
    listeners.add(listener);
    count();
    add(type as "abort", listener as () => void, options as { once?: boolean });
  };
  signal.removeEventListener = (type: string, listener: unknown) => {
    listeners.delete(listener);
    count();
    remove(type as "abort", listener as () => void);
  };
  return counted;
}
