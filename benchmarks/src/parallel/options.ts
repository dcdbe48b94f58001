import { parseArgs } from "node:util";
import { wholeNumber, wholeNumbers } from "../program/errors.js";
import type { ParallelBenchmarkOptions } from "./benchmark.js";

export const USAGE: string =
  "parallel [--items 100000] [--widths 1,8,64] [--rounds 5] [--iterations 3] [--cpu] [--json]\n" +
  "Measures parallelMap beside a bare ring of promises and its peers. --cpu counts processor time, for a busy machine. Exit status 1 if the target is missed.";

/** All items are in an array, and every window is an array of promises: more would be about memory. */
const MOST = { items: 10_000_000, width: 1_000_000 } as const;

export interface ParallelOptions extends ParallelBenchmarkOptions {
  readonly json: boolean;
}

/** Reads the command line; throws a `UsageError` that says what is wrong with it. */
export function parseOptions(args: readonly string[]): ParallelOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      items: { type: "string", default: "100000" },
      widths: { type: "string", default: "1,8,64" },
      rounds: { type: "string", default: "5" },
      iterations: { type: "string", default: "3" },
      cpu: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  return {
    items: wholeNumber("items", values.items, 1, MOST.items),
    widths: wholeNumbers("widths", values.widths, 1, MOST.width),
    rounds: wholeNumber("rounds", values.rounds),
    iterations: wholeNumber("iterations", values.iterations),
    clock: values.cpu ? "cpu" : "wall",
    json: values.json,
  };
}
