import type { MachineFacts } from "../program/machine-facts.js";
import type { Comparison } from "../roads/compare-roads.js";
import type { KeyFigure, RsaOptions } from "../rsa/compare-keys.js";

/** All that a report is made of. Plain data, as it is written to `report.json`. */
export interface Report {
  readonly machine: MachineFacts;
  readonly comparisons: readonly NamedComparison[];
  readonly keys?: KeyReport | undefined;
}

export interface NamedComparison extends Comparison {
  /** The table's short name, which no other table of the report has. */
  readonly table: string;
}

export interface KeyReport extends RsaOptions {
  readonly figures: readonly KeyFigure[];
}
