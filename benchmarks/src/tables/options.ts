import { parseArgs } from "node:util";
import { UsageError, wholeNumber } from "../program/errors.js";
import { findShape, SHAPES } from "./shapes.js";

export const USAGE: string =
  "tables --out DIR [SHAPE …] [--seed 1] [--skip-existing] [--json] | tables --list\n" +
  "Makes tables to measure with: all shapes but the large ones, or those that are named. Also chk-<N>, chk-<N>-sorted, adds-<N>-1commit with N as 5k or 3m.";

export interface TablesOptions {
  /** Absent with `list`. */
  readonly out: string | undefined;
  readonly shapes: readonly string[];
  readonly seed: number;
  readonly skipExisting: boolean;
  readonly list: boolean;
  readonly json: boolean;
}

/** Reads the command line; throws a {@link UsageError} that says what is wrong with it. */
export function parseOptions(args: readonly string[]): TablesOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      out: { type: "string" },
      shapes: { type: "string" },
      seed: { type: "string", default: "1" },
      "skip-existing": { type: "boolean", default: false },
      list: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
    allowPositionals: true,
  });
  const named = [...positionals, ...(values.shapes?.split(",").map((name) => name.trim()) ?? [])];
  const unknown = named.find((name) => findShape(name) === undefined);
  if (unknown !== undefined) throw new UsageError(`There is no shape '${unknown}'; see tables --list.`);
  if ((values.out ?? "") === "" && !values.list) throw new UsageError("Say where to: --out DIR.");
  const seed = wholeNumber("seed", values.seed, 0);
  if (seed >= 2 ** 31) throw new UsageError("--seed takes a number below 2147483648.");
  const small = Object.keys(SHAPES).filter((name) => SHAPES[name]!.large !== true);
  return {
    out: values.out,
    shapes: named.length > 0 ? named : small,
    seed,
    skipExisting: values["skip-existing"],
    list: values.list,
    json: values.json,
  };
}
