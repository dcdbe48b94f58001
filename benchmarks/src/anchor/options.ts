import { parseArgs } from "node:util";
import type { Predicate } from "@asyncdelta/kernel-core";
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

export const USAGE = "anchor <snapshot|metadata|scan> TABLE [--repeat N] [--no-stats] [--where TEXT]";

/** Reads the command line; throws a `TypeError` that says what is wrong with it. */
export function parseOptions(args: readonly string[]): AnchorOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      repeat: { type: "string", default: "1" },
      "no-stats": { type: "boolean", default: false },
      where: { type: "string" },
    },
    allowPositionals: true,
  });
  const [operation, table, ...rest] = positionals;
  const repeat = Number(values.repeat);
  if (operation !== "snapshot" && operation !== "metadata" && operation !== "scan") {
    throw new TypeError(`There is no operation '${operation ?? ""}'.`);
  }
  if (table === undefined || rest.length > 0) throw new TypeError("Give one table.");
  if (!Number.isInteger(repeat) || repeat < 1) throw new TypeError(`--repeat takes a number from 1 on.`);
  const where = values.where === undefined ? undefined : peerPredicate(values.where);
  if (where !== undefined && operation === "snapshot") throw new TypeError("A snapshot takes no --where.");
  return { operation, table, repeat, stats: !values["no-stats"], where };
}
