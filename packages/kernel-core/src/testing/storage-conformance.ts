import { aborting } from "./conformance/aborting.js";
import { listing } from "./conformance/listing.js";
import { reading } from "./conformance/reading.js";
import type { Clause, StorageCase, StorageSubject } from "./conformance/subject.js";
import { writing } from "./conformance/writing.js";

export interface StorageConformanceOptions {
  /** Whether the store creates atomically, or refuses because it cannot; `"atomic"` by default. */
  readonly create?: "atomic" | "refused";
}

/**
 * The storage contract as test cases for any runner:
 *
 * ```ts
 * for (const { name, run } of storageConformance("files", makeSubject)) test(name, run);
 * ```
 *
 * Every case gets a place of its own from `makeSubject` and disposes of it.
 */
export function storageConformance(
  storeName: string,
  makeSubject: () => Promise<StorageSubject>,
  options: StorageConformanceOptions = {},
): readonly StorageCase[] {
  const clauses: readonly Clause[] = [...listing, ...reading, ...writing(options.create ?? "atomic"), ...aborting];
  return clauses.map(([name, run]) => ({
    name: `${storeName} ${name}`,
    async run() {
      const subject = await makeSubject();
      try {
        await run(subject);
      } finally {
        await subject.dispose?.();
      }
    },
  }));
}
