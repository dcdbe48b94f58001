/** Counts what is running, and tells when nothing is. */
export class Running {
  count = 0;
  #onIdle: (() => void) | undefined;

  started(): void {
    this.count += 1;
  }

  settled(): void {
    this.count -= 1;
    if (this.count === 0) this.#onIdle?.();
  }

  /** Resolves when nothing is running. Only for a run that starts nothing more. */
  idle(): Promise<void> {
    if (this.count === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onIdle = resolve;
    });
  }
}
