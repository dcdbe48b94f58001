import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { resolveTableUrl } from "@asyncdelta/engine-node";
import { oneOf, UsageError, wholeNumber } from "../program/errors.js";
import type { CompareOptions } from "./compare-roads.js";
import { isLocal } from "./is-local.js";
import { OPERATIONS } from "./road.js";

export const USAGE: string =
  "roads TABLE [--op snapshot|files|scan] [--latency MS] [--repeat N] [--width N] [--json]\n" +
  "Runs an operation on the serial, the easy and the hard road, and shows what each costs.";

/** Each file under way at once has a reader of its own in the easy road, made within the measured time. */
export const MOST_WIDTH = 1024;

export interface RoadsOptions extends CompareOptions {
  readonly json: boolean;
}

/** Reads the command line; throws a {@link UsageError} that says what is wrong with it. */
export function parseOptions(args: readonly string[]): RoadsOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      op: { type: "string", default: "files" },
      latency: { type: "string", default: "0" },
      repeat: { type: "string", default: "3" },
      width: { type: "string", default: String(Math.min(availableParallelism(), 8)) },
      json: { type: "boolean", default: false },
    },
    allowPositionals: true,
  });
  const [table, ...more] = positionals;
  if (table === undefined || more.length > 0) throw new UsageError("Give one table.");
  const root = resolveTableUrl(table);
  if (values.latency !== "0" && !isLocal(root)) {
    throw new UsageError("--latency is for tables on disk: a store has a latency of its own.");
  }
  return {
    root,
    operation: oneOf("--op", values.op, OPERATIONS),
    latency: wholeNumber("latency", values.latency, 0),
    repeat: wholeNumber("repeat", values.repeat),
    width: wholeNumber("width", values.width, 1, MOST_WIDTH),
    json: values.json,
    trace: false,
  };
}
