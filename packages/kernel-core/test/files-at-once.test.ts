import { expect, it } from "vitest";
import type { Storage } from "../src/engine/storage.js";
import { filesAtOnce } from "../src/log/files-at-once.js";

const MIB = 1024 * 1024;
const engine = (roundTrip: Storage["roundTrip"]) => ({
  limits: { requests: 128, decodes: 2 },
  storage: { roundTrip } as Storage,
});
const files = (count: number, size: number) => Array.from({ length: count }, () => ({ size }));

it.each([
  ["small ones over a slow store: all", "costly", files(100, MIB / 2), 128],
  ["large ones over a slow store: as many as fit into 96 MiB", "costly", [...files(9, MIB), { size: 24 * MIB }], 4],
  ["huge ones over a slow store: as many as are decoded", "costly", files(10, 1024 * MIB), 2],
  ["of a disk: as many as are decoded", "cheap", files(100, 1), 2],
  ["none", "costly", [], 128],
] as const)("%s", (_, roundTrip, sizes, count) => {
  expect(filesAtOnce(engine(roundTrip), sizes)).toBe(count);
});
