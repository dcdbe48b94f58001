import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { UsageError, wholeNumber } from "../program/errors.js";
import { findShape } from "../tables/shapes.js";

export const USAGE: string =
  "gate OTHER [--this DIR] [--tables DIR] [--shapes A,B] [--repeat 5] [--limit 1.25] [--json]\n" +
  "Compares this checkout with another, both built: times of this one in times of the other's. Status 1 if one is over the limit in every pair of runs' sense.";

/** The root of the repository that this file belongs to. */
const OWN_ROOT = fileURLToPath(new URL("../../..", import.meta.url));

export interface GateOptions {
  /** The checkout to compare with. */
  readonly other: string;
  readonly own: string;
  /** Where generated tables are, or are to be made. */
  readonly tables: string;
  readonly shapes: readonly string[];
  readonly repeat: number;
  /** A greater ratio is a failure. */
  readonly limit: number;
  readonly json: boolean;
}

/** Reads the command line; throws a {@link UsageError} that says what is wrong with it. */
export function parseOptions(args: readonly string[]): GateOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      this: { type: "string", default: OWN_ROOT },
      tables: { type: "string", default: resolve(OWN_ROOT, ".cache/bench-tables") },
      shapes: { type: "string", default: "adds-10k-1commit,chk-100k,v2-100k-json-sidecars,20k-100commits-nocrc" },
      repeat: { type: "string", default: "5" },
      limit: { type: "string", default: "1.25" },
      json: { type: "boolean", default: false },
    },
    allowPositionals: true,
  });
  const [other, ...more] = positionals;
  if (other === undefined || other === "" || more.length > 0)
    throw new UsageError("Give the folder of one other checkout.");
  for (const name of ["this", "tables"] as const) {
    if (values[name] === "") throw new UsageError(`--${name} takes a folder.`);
  }
  const shapes = values.shapes.split(",").map((name) => name.trim());
  const unknown = shapes.find((name) => findShape(name) === undefined);
  if (unknown !== undefined) throw new UsageError(`There is no shape '${unknown}'; see tables --list.`);
  const limit = Number(values.limit);
  if (!(limit >= 1)) throw new UsageError(`--limit takes a ratio from 1 on, not '${values.limit}'.`);
  return {
    other: resolve(other),
    own: resolve(values.this),
    tables: resolve(values.tables),
    shapes,
    repeat: wholeNumber("repeat", values.repeat),
    limit,
    json: values.json,
  };
}
