import type { Storage } from "./storage.js";

/** Whether a round trip to this URL costs much more than the work it brings. */
export function roundTripOf(storage: Storage, url: string): "costly" | "cheap" {
  return storage.roundTripTo?.(url) ?? storage.roundTrip;
}
