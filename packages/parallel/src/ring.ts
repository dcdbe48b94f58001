/** A first-in, first-out queue in a circular array, which doubles when it is full and never shrinks. */
export class Ring<T> {
  #items: (T | undefined)[] = new Array(8);
  #head = 0;
  /** How many items are queued. */
  size = 0;

  /** The oldest item, or `undefined` if the ring is empty. */
  peek(): T | undefined {
    return this.#items[this.#head];
  }

  /** The item `index` places behind the oldest. */
  at(index: number): T | undefined {
    return this.#items[(this.#head + index) & (this.#items.length - 1)];
  }

  push(item: T): void {
    if (this.size === this.#items.length) this.#grow();
    this.#items[(this.#head + this.size) & (this.#items.length - 1)] = item;
    this.size += 1;
  }

  /** Removes and gives the oldest item; never called on an empty ring. */
  shift(): T {
    const item = this.#items[this.#head] as T;
    this.#items[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#items.length - 1);
    this.size -= 1;
    return item;
  }

  clear(): void {
    this.#items = new Array(8);
    this.#head = 0;
    this.size = 0;
  }

  /** The length stays a power of two, so that a mask does for the modulus. */
  #grow(): void {
    const old = this.#items;
    const items = new Array<T | undefined>(old.length * 2);
    for (let i = 0; i < old.length; i++) items[i] = old[(this.#head + i) & (old.length - 1)];
    this.#items = items;
    this.#head = 0;
  }
}
