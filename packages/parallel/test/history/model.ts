import type { Plan } from "./plan.js";
import type { Completion } from "./world.js";

/** What a consumer that stays to the end is given. */
export interface Expected {
  readonly values: readonly unknown[];
  /** The error it ends in, if it does. */
  readonly error?: { readonly thrown: unknown };
}

/** What a serial loop gives: the results or the items in order, up to the first error. */
export function serialModel(plan: Plan): Expected {
  const values: unknown[] = [];
  for (const [item, { task, lane }] of plan.items.entries()) {
    if (plan.kind === "prefetch") {
      values.push(item);
      continue;
    }
    if (task.error) return { values, error: task.error };
    if (plan.kind === "parallelMap") values.push(`result ${item}`);
    else {
      for (let i = 0; i < lane.length; i++) values.push(`${item}.${i}`);
      if (lane.end.error) return { values, error: lane.end.error };
    }
  }
  return { values, ...(plan.sourceEnd.error ? { error: plan.sourceEnd.error } : {}) };
}

/** The same for the unordered map: the tasks in the order in which they have completed. */
export function completionModel(plan: Plan, completions: readonly Completion[]): Expected {
  const values: unknown[] = [];
  for (const completion of completions) {
    if ("thrown" in completion) return { values, error: completion };
    values.push(completion.value);
  }
  return { values, ...(plan.sourceEnd.error ? { error: plan.sourceEnd.error } : {}) };
}
