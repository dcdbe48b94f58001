import type { ByteRange } from "../engine/storage.js";

/** A part of an object that was read more than once. */
export interface RepeatedBytes extends ByteRange {
  readonly url: string;
  /** How often. */
  readonly times: number;
}

/** Finds every part of an object that two or more of the requests read. */
export function repeatedBytes(
  requests: Iterable<{ readonly verb: string; readonly url: string; readonly ranges: readonly ByteRange[] }>,
): RepeatedBytes[] {
  const edges = new Map<string, [at: number, step: number][]>();
  for (const { verb, url, ranges } of requests) {
    if (verb === "put") continue;
    for (const { offset, length } of ranges) {
      if (length === 0) continue;
      const ofUrl = edges.get(url) ?? [];
      edges.set(url, ofUrl);
      ofUrl.push([offset, 1], [offset + length, -1]);
    }
  }

  const repeated: RepeatedBytes[] = [];
  for (const [url, ofUrl] of edges) {
    ofUrl.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    let depth = 0;
    for (const [i, [at, step]] of ofUrl.entries()) {
      depth += step;
      const end = ofUrl[i + 1]?.[0] ?? at;
      if (depth > 1 && end > at) repeated.push({ url, offset: at, length: end - at, times: depth });
    }
  }
  return repeated;
}
