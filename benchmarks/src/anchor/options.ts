import { parseArgs } from "node:util";
import { resolveTableUrl } from "@asyncdelta/engine-node";
import type { Predicate } from "@asyncdelta/kernel-core";
import { UsageError, wholeNumber } from "../program/errors.js";
import { peerPredicate } from "./peer-predicate.js";

export type Operation = "snapshot" | "metadata" | "scan";

export interface AnchorOptions {
  readonly operation: Operation;
  /** A path or a URL. */
  readonly table: string;
  readonly repeat: number;
  /** Whether `metadata` reads the files' statistics. */
  readonly stats: boolean;
  /** Only files that may have rows (`metadata`), or rows (`scan`), of which this is true. */
  readonly where: Predicate | undefined;
}

export const USAGE = "anchor <snapshot|metadata|scan> TABLE [--repeat N] [--no-stats] [--where TEXT] [--json]";

/** Reads the command line; throws a {@link UsageError} that says what is wrong with it. */
export function parseOptions(args: readonly string[]): AnchorOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      repeat: { type: "string", default: "1" },
      "no-stats": { type: "boolean", default: false },
      where: { type: "string" },
      // As every command; its output is JSON anyway.
      json: { type: "boolean" },
    },
    allowPositionals: true,
  });
  const [operation, table, ...rest] = positionals;
  if (operation !== "snapshot" && operation !== "metadata" && operation !== "scan") {
    throw new UsageError(`There is no operation '${operation ?? ""}'.`);
  }
  if (table === undefined || rest.length > 0) throw new UsageError("Give one table.");
  resolveTableUrl(table); // It is reported as it was given, but a wrong one is wrong usage.
  const repeat = wholeNumber("repeat", values.repeat);
  const where = values.where === undefined ? undefined : peerPredicate(values.where);
  if (where !== undefined && operation === "snapshot") throw new UsageError("A snapshot takes no --where.");
  return { operation, table, repeat, stats: !values["no-stats"], where };
}
