import { quiesce } from "./turns.js";

/** Runs something, and gives the reasons of all promises that rejected meanwhile with nobody listening. */
export async function straysOf(run: () => unknown): Promise<unknown[]> {
  const strays: unknown[] = [];
  const events = ["uncaughtException", "unhandledRejection", "rejectionHandled"] as const;
  // The test runner listens too, and would count them as failures of the run. Under the strict mode a stray rejection is
  // an uncaught exception first, then an unhandled rejection.
  const others = events.map((event) => process.rawListeners(event));
  for (const event of events) process.removeAllListeners(event);
  const record = (error: unknown): void => {
    strays.push(error);
  };
  process.on("uncaughtException", record);
  process.on("unhandledRejection", () => {});
  process.on("rejectionHandled", () => {});
  try {
    await run();
    await quiesce();
    await quiesce();
  } finally {
    events.forEach((event, i) => {
      process.removeAllListeners(event);
      for (const listener of others[i] as (() => void)[]) process.on(event, listener);
    });
  }
  return strays;
}
