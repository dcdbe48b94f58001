import { type ChildProcess, fork } from "node:child_process";
import { atExit } from "./at-exit.js";
import { CommandFailed, explanation } from "./errors.js";

/** Sees to it that a process ends when this one does: one that makes a key is deaf until it is made. */
export function endWithParent(child: ChildProcess): void {
  const forget = atExit(() => child.kill("SIGKILL"));
  child.once("exit", forget);
}

type Answer<T> =
  | { readonly kind: "value"; readonly value: T }
  /** An error that says what to do. */
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "broken"; readonly stack: string };

/**
 * Runs a module in a process of its own, sends it `request`, and gives what it answers with. The child ends with this
 * process, however that ends.
 */
export function askChild<T>(module: URL, request: unknown, execArgv: readonly string[] = []): Promise<T> {
  return new Promise((resolve, reject) => {
    const child = fork(module, { execArgv: [...execArgv], serialization: "advanced" });
    endWithParent(child);
    let answer: Answer<T> | undefined;
    child.on("message", (message: Answer<T>) => {
      answer = message;
    });
    child.on("error", reject);
    child.on("exit", (status, signal) => {
      if (answer?.kind === "value") resolve(answer.value);
      else if (answer?.kind === "failed") reject(new CommandFailed(answer.message));
      else reject(new Error(answer?.stack ?? `The measuring process ended with ${signal ?? `status ${status}`}.`));
    });
    child.send(request as object);
  });
}

/** The child's side: answers the one request with what `work` makes of it, and ends when its parent does. */
export function answerParent<Q, T>(work: (request: Q) => Promise<T>): void {
  process.once("message", async (request: Q) => {
    let answer: Answer<T>;
    try {
      answer = { kind: "value", value: await work(request) };
    } catch (error) {
      const message = explanation(error);
      answer =
        message === undefined
          ? { kind: "broken", stack: error instanceof Error ? (error.stack ?? error.message) : String(error) }
          : { kind: "failed", message };
    }
    process.send?.(answer, () => process.disconnect());
  });
  process.on("disconnect", () => process.exit());
}
