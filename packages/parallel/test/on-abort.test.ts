import { getEventListeners } from "node:events";
import { afterEach, describe, expect, it, vi } from "vitest";
import { onAbort, parallelMap, Semaphore, type TaskContext } from "../src/index.js";

const listenersOf = (signal: AbortSignal): number => getEventListeners(signal, "abort").length;

describe("waiting for an abort", () => {
  it("calls each that waits, once, in the order of asking, and leaves no listener", () => {
    const controller = new AbortController();
    const called: string[] = [];
    const twice = () => called.push("twice");
    onAbort(controller.signal, () => called.push("first"));
    const stop = onAbort(controller.signal, () => called.push("stopped"));
    onAbort(controller.signal, twice);
    onAbort(controller.signal, twice);
    expect(listenersOf(controller.signal)).toBe(1);
    stop();
    stop();
    controller.abort();
    controller.abort();
    expect(called).toEqual(["first", "twice", "twice"]);
    expect(listenersOf(controller.signal)).toBe(0);
  });

  it("leaves no listener when nobody waits any more, and takes one again for the next", () => {
    const { signal } = new AbortController();
    const stops = [1, 2, 3].map(() => onAbort(signal, () => {}));
    stops[0]!();
    stops[1]!();
    expect(listenersOf(signal)).toBe(1);
    stops[2]!();
    expect(listenersOf(signal)).toBe(0);
    const stop = onAbort(signal, () => {});
    // Over long ago: they take nothing from the one that waits.
    for (const late of stops) late();
    expect(listenersOf(signal)).toBe(1);
    stop();
    expect(listenersOf(signal)).toBe(0);
  });

  it("does not call one that another call has told to wait no more", () => {
    const controller = new AbortController();
    const called: string[] = [];
    onAbort(controller.signal, () => {
      called.push("first");
      stop();
    });
    const stop = onAbort(controller.signal, () => called.push("second"));
    controller.abort();
    expect(called).toEqual(["first"]);
  });

  it("calls nobody for a signal that has aborted, or without one", () => {
    const controller = new AbortController();
    const called: string[] = [];
    onAbort(controller.signal, () => {
      onAbort(controller.signal, () => called.push("within"))();
      onAbort(controller.signal, () => called.push("within"));
    });
    controller.abort();
    onAbort(controller.signal, () => called.push("late"))();
    onAbort(undefined, () => called.push("never"))();
    expect(called).toEqual([]);
    expect(listenersOf(controller.signal)).toBe(0);
  });
});

describe("a listener that throws", () => {
  afterEach(() => void vi.unstubAllGlobals());

  /** Aborts what three wait for, of whom two throw. */
  const abort = (log: unknown[]): void => {
    const controller = new AbortController();
    const fail = (message: string) => (): never => {
      log.push(`calls ${message}`);
      throw message;
    };
    onAbort(controller.signal, fail("first"));
    onAbort(controller.signal, fail("second"));
    onAbort(controller.signal, () => log.push("calls third"));
    controller.abort();
    expect(listenersOf(controller.signal)).toBe(0);
  };

  it("takes the abort from nobody else, and is reported after them", () => {
    const log: unknown[] = [];
    vi.stubGlobal("reportError", (error: unknown) => log.push(`reports ${error}`));
    abort(log);
    expect(log).toEqual(["calls first", "calls second", "calls third", "reports first", "reports second"]);
  });

  it("fails where nobody can catch it, where the platform cannot report it", () => {
    const log: unknown[] = [];
    const microtasks: (() => void)[] = [];
    vi.stubGlobal("reportError", undefined);
    vi.stubGlobal("queueMicrotask", (callback: () => void) => microtasks.push(callback));
    abort(log);
    expect(log).toEqual(["calls first", "calls second", "calls third"]);
    expect(microtasks.map(catching)).toEqual(["first", "second"]);
  });
});

function catching(task: () => void): unknown {
  try {
    task();
  } catch (error) {
    return error;
  }
  return undefined;
}

it("a hundred runs and waits under one signal add one listener", async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const semaphore = new Semaphore(1);
  const pending = (_: number, own: TaskContext) =>
    new Promise((_, reject) => own.signal.addEventListener("abort", () => reject(own.signal.reason)));
  const permit = await semaphore.acquire();
  const waits = Array.from({ length: 100 }, () => semaphore.acquire({ signal }).catch((reason) => reason));
  const runs = Array.from({ length: 100 }, async () => {
    for await (const _ of parallelMap([1, 2], pending, { concurrency: 2, signal }));
  }).map((run) => run.catch((reason) => reason));
  await Promise.resolve();
  expect(listenersOf(signal)).toBe(1);
  controller.abort("enough");
  expect(new Set(await Promise.all([...waits, ...runs]))).toEqual(new Set(["enough"]));
  expect(listenersOf(signal)).toBe(0);
  permit.release();
});
