import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { resolveTableUrl } from "@asyncdelta/engine-node";
import { oneOf, UsageError, wholeNumber, wholeNumbers } from "../program/errors.js";
import { MOST_WIDTH } from "../roads/options.js";
import { OPERATIONS, type RoadOperation } from "../roads/road.js";

export const USAGE: string =
  "report [TABLE …] [--out DIR] [--op snapshot,files,scan] [--latency 0,30] [--repeat N] [--width N] [--rsa] [--json]\n" +
  "Runs the three roads over tables (over generated ones if none is given) and writes report.html, report.json and report.trace.json.";

export interface ReportOptions {
  /** URLs of tables' roots; none means tables that are generated for the report. */
  readonly tables: readonly string[];
  readonly out: string;
  /** Absent means what each table is good for. */
  readonly operations: readonly RoadOperation[] | undefined;
  readonly latencies: readonly number[];
  readonly repeat: number;
  readonly width: number;
  /** Whether to make RSA keys too. */
  readonly rsa: boolean;
  readonly json: boolean;
}

/** Reads the command line; throws a `UsageError` that says what is wrong with it. */
export function parseOptions(args: readonly string[]): ReportOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      out: { type: "string", default: "asyncdelta-report" },
      op: { type: "string" },
      latency: { type: "string", default: "0,30" },
      repeat: { type: "string", default: "3" },
      width: { type: "string", default: String(Math.min(availableParallelism(), 8)) },
      rsa: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
    allowPositionals: true,
  });
  if (values.out === "") throw new UsageError("--out takes the folder that the report goes to, not an empty name.");
  return {
    tables: positionals.map((table) => resolveTableUrl(table)),
    out: values.out,
    operations: values.op?.split(",").map((word) => oneOf("--op", word.trim(), OPERATIONS)),
    latencies: wholeNumbers("latency", values.latency, 0),
    repeat: wholeNumber("repeat", values.repeat),
    width: wholeNumber("width", values.width, 1, MOST_WIDTH),
    rsa: values.rsa,
    json: values.json,
  };
}
