import { parentPort, receiveMessageOnPort } from "node:worker_threads";
import type { FromWorker, ToWorker } from "./messages.js";
import { sendError } from "./sent-error.js";
import { type Task, type TaskLoader, UnfitWorker } from "./tasks.js";

type Start = Extract<ToWorker, { type: "start" }>;

/** The task under way and what the consumer has said about it. */
interface Running {
  readonly start: Start;
  readonly controller: AbortController;
  /** Bytes sent and not taken. */
  untaken: number;
  /** Continues a task that waits for word from the consumer. */
  wake: (() => void) | undefined;
}

/** Answers the pool's messages in a worker thread: runs the tasks that it is sent, one after the other. */
export function serveTasks(loaders: Readonly<Record<string, TaskLoader>>): void {
  const port = parentPort;
  if (port === null) throw new Error("serveTasks is for worker threads.");
  const loaded = new Map<string, Promise<Task<unknown, unknown>>>();
  let running: Running | undefined;

  function load(kind: string): Promise<Task<unknown, unknown>> {
    let task = loaded.get(kind);
    if (task === undefined) {
      const loader = loaders[kind];
      if (loader === undefined) throw new Error(`This worker has no task "${kind}".`);
      task = loader() as Promise<Task<unknown, unknown>>;
      loaded.set(kind, task);
    }
    return task;
  }

  function hear(message: ToWorker): void {
    if (message.type === "start") {
      void run(message);
      return;
    }
    if (message.type === "load") {
      // What fails here fails again, and is reported, when there is a task.
      void (async () => load(message.kind))().catch(() => {});
      return;
    }
    if (message.task !== running?.start.task) return;
    if (message.type === "taken") running.untaken -= message.bytes;
    else running.controller.abort();
    running.wake?.();
  }

  /** Hears what has arrived without a turn of the event loop: between two results there may be none. */
  function hearAll(): void {
    for (let next = receiveMessageOnPort(port!); next !== undefined; next = receiveMessageOnPort(port!)) {
      hear(next.message as ToWorker);
    }
  }

  async function run(start: Start): Promise<void> {
    const task: Running = { start, controller: new AbortController(), untaken: 0, wake: undefined };
    running = task;
    try {
      await produce(task);
    } catch (error) {
      const unfit = error instanceof UnfitWorker;
      post({ type: "error", task: start.task, error: sendError(unfit ? error.cause : error), unfit });
      if (unfit) process.exit();
      return;
    } finally {
      running = undefined;
    }
    post({ type: "end", task: start.task });
  }

  async function produce(task: Running): Promise<void> {
    const { signal } = task.controller;
    const work = await load(task.start.kind);
    hearAll();
    if (signal.aborted) return;
    for await (const { value, transfer, bytes } of work(task.start.payload, { signal })) {
      post({ type: "result", task: task.start.task, value, bytes }, transfer);
      task.untaken += bytes;
      hearAll();
      while (task.untaken >= task.start.window && !signal.aborted) {
        await new Promise<void>((resolve) => {
          task.wake = resolve;
        });
      }
      task.wake = undefined;
      if (signal.aborted) return;
    }
  }

  function post(message: FromWorker, transfer: Parameters<typeof structuredClone>[1] | readonly unknown[] = []): void {
    port!.postMessage(message, transfer as never);
  }

  port.on("message", hear);
}
