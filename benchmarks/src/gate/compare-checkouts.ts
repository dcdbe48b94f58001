import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { CommandFailed } from "../program/errors.js";
import type { Progress } from "../program/progress.js";
import { runNode } from "../program/run-node.js";
import { type Spread, spreadOf } from "../program/statistics.js";
import { findTable, makeTable } from "../tables/make-tables.js";
import { openTables } from "../tables/manifest.js";
import type { GateOptions } from "./options.js";

/** One operation on one table in both checkouts. */
export interface GateFigure {
  readonly table: string;
  readonly operation: string;
  /** Milliseconds. */
  readonly own: Spread;
  readonly other: Spread;
  /** This checkout's time in times of the other's, pair of runs by pair of runs. */
  readonly ratio: Spread;
  /** Over the limit, and slower in every pair: what chance does not do. */
  readonly isSlower: boolean;
}

interface Case {
  readonly table: string;
  readonly path: string;
  readonly operation: string;
  readonly options: readonly string[];
}

const SEED = 1;

/** What the anchor command says of a run; the rest of its line is not compared. */
interface AnchorLine {
  readonly ms: number;
  readonly version: number;
  readonly files: number;
  readonly size: number;
  readonly rows: number;
}

export function casesOf({ own, shapes, tables }: GateOptions): Case[] {
  const trips = { table: "trips", path: join(own, "examples/tables/trips"), operation: "scan", options: [] };
  const generated = shapes.flatMap((table) => {
    const path = join(tables, table);
    return [
      { table, path, operation: "snapshot", options: [] },
      { table, path, operation: "metadata", options: [] },
      { table, path, operation: "metadata", options: ["--no-stats"] },
    ];
  });
  return [...generated, trips];
}

/**
 * The command of this checkout and that of the other.
 *
 * @throws CommandFailed if one of them is not a checkout, or not built
 */
export function commandsOf({ own, other }: GateOptions): [own: string, other: string] {
  const cliOf = (folder: string): string => {
    const cli = join(folder, "benchmarks/dist/cli.js");
    if (existsSync(cli)) return cli;
    const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
    if (!isFolder) throw new CommandFailed(`There is no folder ${folder}: give the root of a checkout.`);
    throw new CommandFailed(`There is no ${cli}: run npm run build in that checkout first.`);
  };
  return [cliOf(own), cliOf(other)];
}

/** Makes the tables that are not there yet. */
export async function prepareTables({ tables, shapes }: GateOptions): Promise<void> {
  await openTables(tables);
  for (const name of shapes) {
    if ((await findTable(tables, name, SEED)) !== undefined) continue;
    process.stderr.write(`Making ${name}…\n`);
    await makeTable(tables, name, SEED);
  }
}

/**
 * Runs every case in both checkouts in turn, each run in a process of its own.
 *
 * @throws CommandFailed as {@link commandsOf}, and if the two find different things
 */
export async function compareCheckouts(options: GateOptions, progress: Progress): Promise<GateFigure[]> {
  const [own, other] = commandsOf(options);
  const figures: GateFigure[] = [];
  for (const item of casesOf(options)) {
    const pairs: [AnchorLine, AnchorLine][] = [];
    for (let i = 0; i < options.repeat; i++) {
      progress.step([item.operation, ...item.options, "of", item.table].join(" "));
      // Who goes first has no advantage over all pairs.
      const first = i % 2 === 0 ? await run(own, item) : undefined;
      const second = await run(other, item);
      pairs.push([first ?? (await run(own, item)), second]);
    }
    figures.push(figureOf(item, pairs, options.limit));
  }
  return figures;
}

async function run(cli: string, { operation, path, options }: Case): Promise<AnchorLine> {
  return JSON.parse(await runNode([cli, "anchor", operation, path, ...options])) as AnchorLine;
}

function figureOf(
  { table, operation, options }: Case,
  pairs: readonly [AnchorLine, AnchorLine][],
  limit: number,
): GateFigure {
  const found = ({ version, files, size, rows }: AnchorLine): string => JSON.stringify({ version, files, size, rows });
  for (const [own, other] of pairs) {
    if (found(own) === found(other)) continue;
    throw new CommandFailed(`${operation} of ${table}: this checkout found ${found(own)}, the other ${found(other)}.`);
  }
  const ratio = spreadOf(pairs.map(([own, other]) => own.ms / other.ms));
  return {
    table,
    operation: [operation, ...options].join(" "),
    own: spreadOf(pairs.map(([own]) => own.ms)),
    other: spreadOf(pairs.map(([, other]) => other.ms)),
    ratio,
    isSlower: ratio.median > limit && ratio.least > 1,
  };
}
