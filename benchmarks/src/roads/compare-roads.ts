import type { Trace } from "@asyncdelta/engine-node/trace";
import { askChild } from "../program/child.js";
import { CommandFailed } from "../program/errors.js";
import type { Progress } from "../program/progress.js";
import { type Spread, spreadOf } from "../program/statistics.js";
import {
  type Cost,
  type Found,
  ROADS,
  type Road,
  type RoadOperation,
  type RunRequest,
  type RunResult,
} from "./road.js";

export interface CompareOptions {
  readonly root: string;
  readonly operation: RoadOperation;
  readonly latency: number;
  readonly repeat: number;
  readonly width: number;
  /** Whether each road is run once more to draw its timeline. */
  readonly trace: boolean;
}

export interface RoadMeasured {
  readonly road: Road;
  readonly cost: Readonly<Record<keyof Cost, Spread>>;
  readonly trace?: Trace | undefined;
}

export interface Comparison extends CompareOptions {
  readonly found: Found;
  readonly roads: readonly RoadMeasured[];
}

const MEASURING_PROCESS = new URL("./measuring-process.js", import.meta.url);

/** How many processes a comparison runs, one after the other. */
export function runsOf({ repeat, trace }: CompareOptions): number {
  return ROADS.length * (1 + repeat + (trace ? 1 : 0));
}

/**
 * Runs one operation on the three roads, each run in a process of its own. A first run of each checks that all find the
 * same down to the last value (and brings the files into the page cache); the measured runs follow, the roads in turn.
 *
 * @throws CommandFailed if two roads differ in what they find
 */
export async function compareRoads(options: CompareOptions, progress: Progress): Promise<Comparison> {
  const run = (road: Road, purpose: RunRequest["purpose"]): Promise<RunResult> => {
    const { root, operation, latency, width } = options;
    progress.step(`${operation}, ${road} road: ${purpose}`);
    // The check is about values, not about time.
    const request: RunRequest = { road, operation, root, width, purpose, latency: purpose === "check" ? 0 : latency };
    return askChild<RunResult>(MEASURING_PROCESS, request);
  };
  const found = await check(run);
  const costs = new Map<Road, Cost[]>(ROADS.map((road) => [road, []]));
  for (let i = 0; i < options.repeat; i++) {
    for (const road of ROADS) {
      const result = await run(road, "measure");
      if (!sameCounts(result.found, found)) throw differ(road, result.found, found);
      costs.get(road)!.push(result.cost);
    }
  }
  const roads: RoadMeasured[] = [];
  for (const road of ROADS) {
    const trace = options.trace ? (await run(road, "trace")).trace : undefined;
    roads.push({ road, cost: spreads(costs.get(road)!), trace });
  }
  return { ...options, found, roads };
}

async function check(run: (road: Road, purpose: "check") => Promise<RunResult>): Promise<Found> {
  let first: Found | undefined;
  for (const road of ROADS) {
    const { found } = await run(road, "check");
    first ??= found;
    if (!sameCounts(found, first) || found.digest !== first.digest) throw differ(road, found, first);
  }
  return first!;
}

function sameCounts(a: Found, b: Found): boolean {
  return a.version === b.version && a.files === b.files && a.size === b.size && a.rows === b.rows;
}

function differ(road: Road, found: Found, first: Found): Error {
  return new CommandFailed(
    `The ${road} road found ${JSON.stringify(found)}, but the ${ROADS[0]} road ${JSON.stringify(first)}. ` +
      "Either the table changed meanwhile or one of them reads wrongly: please report it.",
  );
}

function spreads(costs: readonly Cost[]): Record<keyof Cost, Spread> {
  const names = Object.keys(costs[0]!) as (keyof Cost)[];
  return Object.fromEntries(names.map((name) => [name, spreadOf(costs.map((cost) => cost[name]))])) as Record<
    keyof Cost,
    Spread
  >;
}
