import { fileStorage, nodeEngine } from "@asyncdelta/engine-node";
import { tracedBelow, tracedStorage } from "@asyncdelta/engine-node/trace";
import type { Clock, Engine, Storage } from "@asyncdelta/kernel-core";
import { type RecordingStorage, recordingStorage } from "@asyncdelta/kernel-core/testing";
import { gatedStorage } from "./gated-storage.js";
import { type FlightGate, flightGate, latencyGate, singleFileGate } from "./gates.js";

/** Where all roads read from: the same files, the same delay, and a record of what was asked. */
export interface RoadStorage {
  readonly storage: Storage;
  readonly record: RecordingStorage;
  readonly flight: FlightGate;
}

export function roadStorage(clock: Clock, latency: number): RoadStorage {
  const files = fileStorage();
  const slow = latency > 0 ? gatedStorage(files, latencyGate(clock, latency), "costly") : files;
  const record = recordingStorage(slow);
  const flight = flightGate();
  return { storage: tracedStorage(gatedStorage(record, flight)), record, flight };
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
