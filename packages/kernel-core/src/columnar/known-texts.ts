const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Slots of the table; half of them may be used. */
const SLOTS = 8192;

/**
 * Texts by their bytes: one that has come before is found again without being decoded, and is the same string, so that a `Map`
 * need not hash it again. Partition values are such texts: few, over and over.
 */
export class KnownTexts {
  // Most have nothing to do: where all rows have the same keys nobody asks.
  #texts: (string | undefined)[] = [];
  #bytes: Uint8Array[] = [];
  #size = 0;

  /** The text of bytes in UTF-8. */
  get(bytes: Uint8Array, start: number, end: number): string {
    if (this.#size === 0) {
      this.#texts = new Array(SLOTS).fill(undefined);
      this.#bytes = new Array(SLOTS);
    }
    let hash = end - start;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
    let slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    for (; ; slot = (slot + 1) & (SLOTS - 1)) {
      const text = this.#texts[slot];
      if (text === undefined) break;
      if (isSame(this.#bytes[slot]!, bytes, start, end)) return text;
    }
    const text = decoder.decode(bytes.subarray(start, end));
    if (this.#size * 2 < SLOTS) {
      this.#size++;
      this.#texts[slot] = text;
      this.#bytes[slot] = bytes.slice(start, end);
    }
    return text;
  }
}

function isSame(known: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (known.length !== end - start) return false;
  for (let at = 0; at < known.length; at++) if (known[at] !== bytes[start + at]) return false;
  return true;
}
