import { expect } from "vitest";
import type { FaultServer } from "../../../engine-node/test/faults/fault-server.js";

/** How many there are of each thing that keeps a process alive: sockets, handles, timers, threads. */
export function active(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of process.getActiveResourcesInfo()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** Waits until no more is active than before, and the server has no connection open and no request under way. */
export async function expectStill(before: ReadonlyMap<string, number>, server: FaultServer): Promise<void> {
  await settled(before, () => [
    ...(server.openSockets > 0 ? [`${server.openSockets} sockets open at the server`] : []),
    ...(server.log.running > 0 ? [`${server.log.running} requests under way at the server`] : []),
  ]);
}

/** Waits until no more is active than before; closing takes a moment. */
export async function settled(before: ReadonlyMap<string, number>, also: () => string[] = () => []): Promise<void> {
  const left = () => {
    const more = [...active()].filter(([name, count]) => count > (before.get(name) ?? 0));
    return [...more.map(([name, count]) => `${name}: ${count} instead of ${before.get(name) ?? 0}`), ...also()];
  };
  const deadline = performance.now() + 20_000;
  while (left().length > 0 && performance.now() < deadline) await new Promise((resolve) => setImmediate(resolve));
  expect(left()).toEqual([]);
}
