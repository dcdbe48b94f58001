import {
  type ParallelIterator,
  type ParallelOptions,
  parallelFlatMap,
  parallelMap,
  parallelMapUnordered,
  prefetch,
} from "../../src/index.js";
import { countedSignal } from "../support/counted-signal.js";
import { Agenda, drain } from "./agenda.js";
import { Consumer } from "./consumer.js";
import { failIfBroken, insist } from "./insist.js";
import { completionModel, type Expected, serialModel } from "./model.js";
import { drawPlan, type Kind, type Plan } from "./plan.js";
import { Random } from "./random.js";
import { World } from "./world.js";

const REASON = new Error("the signal's reason");

/** What one history went through, for a count of what the seeds reach. */
export interface Summary {
  readonly how: "done" | "error" | "aborted" | "left";
  readonly values: number;
}

/** Runs the history of one seed, and throws at the first thing that breaks a rule or differs from the model. */
export async function runHistory(kind: Kind, seed: number): Promise<Summary> {
  const random = new Random(seed);
  const plan = drawPlan(kind, random);
  const agenda = new Agenda(random);
  const world = new World(plan, agenda);
  const outer = countedSignal();
  const iterator = start(plan, world, outer.signal);
  const consumer = new Consumer(iterator, world);
  let aborted = false;
  while (!consumer.finished) {
    if (plan.leaves && !consumer.leaving && random.chance(0.06)) consumer.leave();
    else if (plan.aborts && !aborted && random.chance(0.06)) {
      aborted = true;
      outer.abort(REASON);
    } else if (consumer.mayCall && (agenda.empty || random.chance(0.4))) consumer.call();
    else if (!agenda.empty) agenda.step();
    else {
      await drain();
      insist(consumer.finished || consumer.mayCall || !agenda.empty, "a return() has something to wait for");
    }
    if (!random.chance(plan.haste)) {
      await drain();
      world.drained();
      insist(world.outstanding === 0 || !agenda.empty, "a pending next() has something to wait for");
    }
    failIfBroken();
  }
  await drain();
  const how = verify(world, consumer, aborted);
  insist(outer.listeners === 0, "no listener stays on the caller's signal");
  insist((await iterator.next()).done === true, "next() is done after the end");
  insist((await iterator.return()).done === true, "return() is done after the end");
  insist(world.busy === 0 && world.source.returned <= 1, "everything stays quiet after the end");
  failIfBroken();
  return { how, values: consumer.values.length };
}

function start(plan: Plan, world: World, signal: AbortSignal): ParallelIterator<unknown> {
  const source = world.source.iterable;
  const options: ParallelOptions = { ...plan, signal };
  if (plan.kind === "prefetch") return prefetch(source, plan.readahead, options);
  if (plan.kind === "parallelMap") return parallelMap(source, world.task, options);
  if (plan.kind === "parallelMapUnordered") return parallelMapUnordered(source, world.task, options);
  return parallelFlatMap(source, world.laneTask as () => Iterable<unknown>, { ...options, prefetch: plan.prefetch });
}

/** Compares what the consumer was given with the model, and checks how the source and the signals were left. */
function verify(world: World, consumer: Consumer, aborted: boolean): Summary["how"] {
  const { plan, source } = world;
  const expected = plan.kind === "parallelMapUnordered" ? completionModel(plan, world.completions) : serialModel(plan);
  const { values, end, left } = consumer;
  insist(
    values.every((value, i) => Object.is(value, expected.values[i])),
    "values are the model's, in its order",
  );
  const how = howItEnded(consumer, expected, aborted);
  const complete = values.length === expected.values.length;
  if (how === "done" || how === "error") insist(complete, "nothing is missing before the end or the error");
  if (how === "done") insist(source.returned === 0, "a source that has ended is not returned");
  else if (!source.over && source.opened === 1) insist(source.returned === 1, "an open source is returned");
  if (source.opened === 0) insist(source.returned === 0, "an unopened source is not returned");
  for (const lane of world.lanes.filter((opened) => opened !== undefined)) {
    if (!lane.over && lane.opened === 1) insist(lane.returned === 1, "an open iterable is returned");
  }
  if (how === "done")
    insist(
      world.signals.every((signal) => !signal.aborted),
      "no abort at the natural end",
    );
  else if (!complete || !source.over)
    insist(
      world.signals.every((signal) => signal.aborted),
      "an abort at an early end",
    );
  if (left?.how === "thrown") {
    insist(
      plan.returnError !== undefined && Object.is(left.thrown, plan.returnError.thrown),
      "return() fails as the source's",
    );
    insist(source.returned === 1, "return() fails only if the source was returned");
  }
  if (end === undefined && source.returned === 1 && plan.returnError && !aborted && how === "left") {
    insist(left?.how === "thrown", "the source's failure to close is told");
  }
  return how;
}

function howItEnded({ end, leaving }: Consumer, expected: Expected, aborted: boolean): Summary["how"] {
  if (end?.how === "thrown") {
    if (aborted && end.thrown === REASON) return "aborted";
    insist(expected.error !== undefined && Object.is(end.thrown, expected.error.thrown), "the error is the model's");
    return "error";
  }
  if (leaving) return "left";
  insist(expected.error === undefined, "an error of the model is told");
  return "done";
}
