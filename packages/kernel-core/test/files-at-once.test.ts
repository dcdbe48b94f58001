import { expect, it } from "vitest";
import type { Storage } from "../src/engine/storage.js";
import { filesAtOnce } from "../src/log/files-at-once.js";

const MIB = 1024 * 1024;
const engine = (roundTrip: Storage["roundTrip"]) => ({
  limits: { requests: 128, decodes: 2 },
  storage: { roundTrip } as Storage,
});
const fileOf = (size: number) => ({ url: "file:///t/_delta_log/a.parquet", size });
const files = (count: number, size: number) => Array.from({ length: count }, () => fileOf(size));

it.each([
  ["small ones over a slow store: all", "costly", files(100, MIB / 2), 128],
  ["large ones over a slow store: as many as fit into 96 MiB", "costly", [...files(9, MIB), fileOf(24 * MIB)], 4],
  ["huge ones over a slow store: as many as are decoded", "costly", files(10, 1024 * MIB), 2],
  ["of a disk: as many as are decoded", "cheap", files(100, 1), 2],
  ["none", "costly", [], 128],
] as const)("%s", (_, roundTrip, sizes, count) => {
  expect(filesAtOnce(engine(roundTrip), sizes)).toBe(count);
});

it("asks of the store that the files are in, where a storage leads to several", () => {
  const { limits, storage } = engine("costly");
  const mixed: Storage = { ...storage, roundTripTo: (url) => (url.startsWith("file:") ? "cheap" : "costly") };
  expect(filesAtOnce({ limits, storage: mixed }, files(100, 1))).toBe(2);
  expect(filesAtOnce({ limits, storage: mixed }, [{ url: "s3://t/a.parquet", size: 1 }])).toBe(128);
});
