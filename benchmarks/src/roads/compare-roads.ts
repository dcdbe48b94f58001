import type { Trace } from "@asyncdelta/engine-node/trace";
import { askChild } from "../program/child.js";
import { CommandFailed } from "../program/errors.js";
import type { Progress } from "../program/progress.js";
import { type Spread, spreadOf } from "../program/statistics.js";
import { sameCounts, sameValues } from "./agreement.js";
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
 * same down to the last value (and brings the files into the page cache); the measured runs follow, the roads in turn, then
 * those that are traced. Of these the head and the counts are checked again.
 *
 * @throws CommandFailed if two roads differ in what they find
 */
export async function compareRoads(options: CompareOptions, progress: Progress): Promise<Comparison> {
  const run = (road: Road, purpose: RunRequest["purpose"]): Promise<RunResult> => {
    progress.step(`${options.operation}, ${road} road: ${purpose}`);
    return askChild<RunResult>(MEASURING_PROCESS, requestOf(options, road, purpose));
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
    const traced = options.trace ? await run(road, "trace") : undefined;
    if (traced !== undefined && !sameCounts(traced.found, found)) throw differ(road, traced.found, found);
    roads.push({ road, cost: spreads(costs.get(road)!), trace: traced?.trace });
  }
  return { ...options, found, roads };
}

/**
 * What the measuring process is asked for. A check is about values, not about time: the shortest delay makes the kernel take the
 * same ways as the one that is measured.
 */
export function requestOf(options: CompareOptions, road: Road, purpose: RunRequest["purpose"]): RunRequest {
  const { root, operation, latency, width } = options;
  return { road, operation, root, width, purpose, latency: purpose === "check" ? Math.min(latency, 1) : latency };
}

async function check(run: (road: Road, purpose: "check") => Promise<RunResult>): Promise<Found> {
  let first: Found | undefined;
  for (const road of ROADS) {
    const { found } = await run(road, "check");
    first ??= found;
    if (!sameValues(found, first)) throw differ(road, found, first);
  }
  return first!;
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
