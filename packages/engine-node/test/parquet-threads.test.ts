import type { RowSelection } from "@asyncdelta/kernel-core";
import { describe, expect, it } from "vitest";
import { WORTH_STARTING_FROM_AFAR, WORTH_STARTING_TO_SELECT } from "../dist/large-work.js";
import { chooseDecoder } from "../dist/parquet/choose-decoder.js";
import type { RowGroupDecoder } from "../dist/parquet/decoder.js";
import type { WorkerPool } from "../dist/pool/worker-pool.js";

const MIB = 1024 * 1024;
const FILES = { kind: "files" } as unknown as RowSelection;
const ROWS = { kind: "rows" } as unknown as RowSelection;

/** A decoder of which only what it starts ahead is looked at. */
function watched(isCostly: boolean): { readonly decoder: RowGroupDecoder; warmed(): Promise<string[]> } {
  const kinds: string[] = [];
  const pool = { threads: 0, warm: (kind: string) => void kinds.push(kind) } as unknown as WorkerPool;
  return {
    decoder: chooseDecoder(
      "auto",
      async () => pool,
      () => isCostly,
    ),
    async warmed() {
      await new Promise((resolve) => setImmediate(resolve));
      return kinds;
    },
  };
}

describe("threads for bytes that come over a network", () => {
  it("are started ahead once much has been announced, by whatever many files", async () => {
    const { decoder, warmed } = watched(true);
    const part = Math.floor(WORTH_STARTING_FROM_AFAR / 4);
    for (let file = 0; file < 4; file++) {
      decoder.prepare?.(`s3://b/${file}`, { largest: part, total: part, selection: file % 2 === 0 ? undefined : ROWS });
    }
    expect(await warmed()).toEqual([]);
    decoder.prepare?.("s3://b/5", { largest: part, total: part, selection: undefined });
    expect(await warmed()).toEqual(["rows"]);
  });

  it("load what selects where files of a checkpoint are selected, and no other decoder", async () => {
    const { decoder, warmed } = watched(true);
    const total = WORTH_STARTING_TO_SELECT + 1;
    decoder.prepare?.("s3://b/c", { largest: 30 * MIB, total, selection: FILES });
    expect(await warmed()).toEqual(["select"]);
  });

  it("are not started for small row groups, however many, nor for a disk", async () => {
    const small = watched(true);
    for (let file = 0; file < 100; file++) {
      small.decoder.prepare?.(`s3://b/${file}`, { largest: 2 * MIB, total: 20 * MIB, selection: undefined });
    }
    const near = watched(false);
    near.decoder.prepare?.("file:///c", { largest: 900 * MIB, total: 900 * MIB, selection: undefined });
    expect([await small.warmed(), await near.warmed()]).toEqual([[], []]);
  });
});
