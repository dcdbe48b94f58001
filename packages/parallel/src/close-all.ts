import type { Running } from "./running.js";
import type { Source } from "./source.js";
import type { Failure } from "./stage.js";

/** Returns all sources at once and waits for them and for all that runs. Gives the first failure; never rejects. */
export async function closeAll(
  sources: readonly Pick<Source<unknown>, "close">[],
  running: Running,
): Promise<Failure | undefined> {
  const idle = running.idle();
  const outcomes = await Promise.allSettled(sources.map((source) => source.close()));
  await idle;
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  return failed && { error: failed.reason };
}
