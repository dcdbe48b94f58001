import type { StatText } from "./stats-scanner.js";

/** What the statistics of one file have at places: 0 is the number of records, and each column has three more. */
export interface StatSource {
  /** A number, exactly; `undefined` where there is none, or one that only its text tells. */
  number(place: number): number | bigint | undefined;
  /** A value as it is written in JSON. */
  text(place: number): StatText | undefined;
}
