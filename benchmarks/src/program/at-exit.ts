import { constants } from "node:os";

const works = new Set<() => void>();
let watched = false;

/** What asks a program to end: Ctrl-C, `kill`, and the terminal that closes. */
const ENDING = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Has something done when this process ends, by a signal too; what is returned takes that back. Until there is something to
 * do signals are left to the system, which ends a program even while it is busy.
 */
export function atExit(work: () => void): () => void {
  works.add(work);
  if (!watched) {
    watched = true;
    process.on("exit", () => {
      for (const one of works) one();
    });
    // The status is as shells count it.
    for (const signal of ENDING) process.on(signal, () => process.exit(128 + constants.signals[signal]));
  }
  return () => works.delete(work);
}
