import { fileStorage, nodeEngine } from "@asyncdelta/engine-node";
import { tracedBelow, tracedStorage } from "@asyncdelta/engine-node/trace";
import type { Engine, Storage } from "@asyncdelta/kernel-core";
import { type RecordingStorage, recordingStorage } from "@asyncdelta/kernel-core/testing";
import { gatedStorage } from "./gated-storage.js";
import { type FlightGate, flightGate, latencyGate, singleFileGate } from "./gates.js";
import { isLocal } from "./is-local.js";

/** Where all roads read from: the same store, the same delay, and a record of what was asked. */
export interface RoadStorage {
  readonly storage: Storage;
  readonly record: RecordingStorage;
  readonly flight: FlightGate;
}

export function roadStorage({ clock, storage }: Engine, root: string, latency: number): RoadStorage {
  const isOnDisk = isLocal(root);
  const store = isOnDisk ? fileStorage() : storage;
  const slow = latency > 0 ? gatedStorage(store, latencyGate(clock, latency), "costly") : store;
  const record = recordingStorage(slow);
  const flight = flightGate();
  const gated = gatedStorage(record, flight);
  // An engine's own storage is traced already; a delay that is added to files has to be seen too.
  return { storage: isOnDisk ? tracedStorage(gated) : tracedBelow(gated), record, flight };
}

/**
 * The kernel with every window at 1, and one request at a time. It does not ask ahead for what it may not need. `workers`
 * share the decoding of those that run beside each other.
 */
export function serialEngine(storage: Storage, workers: number): Engine {
  const one = tracedBelow(gatedStorage(storage, singleFileGate(), "cheap"));
  return nodeEngine({ storage: one, workers, decodes: 1, requests: 1 });
}

/** The kernel as it is. */
export function hardEngine(storage: Storage, workers: number): Engine {
  return nodeEngine({ storage, workers });
}
