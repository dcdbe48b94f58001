import { checkpointTable, sidecarTable } from "./checkpoint-shapes.js";
import { commitsTable, oneCommitTable, tailTable } from "./commit-shapes.js";
import type { TableFacts, TableFolder } from "./table-folder.js";

export interface Shape {
  readonly summary: string;
  /** Made only when it is asked for by name. */
  readonly large?: boolean;
  make(folder: TableFolder): Promise<TableFacts>;
}

/** Every shape by name. */
export const SHAPES: Readonly<Record<string, Shape>> = {
  "adds-1k-1commit": oneCommit(1000),
  "adds-10k-1commit": oneCommit(10_000),
  "adds-100k-1commit": oneCommit(100_000),
  "adds-1m-1commit": oneCommit(1_000_000),
  "adds-10m-1commit": { ...oneCommit(10_000_000), large: true },
  "chk-10k": checkpoint(10_000),
  "chk-100k": checkpoint(100_000),
  "chk-100k-parsed": {
    summary: "a checkpoint of 100 000 files, statistics and partition values parsed too",
    make: (folder) => checkpointTable(folder, { files: 100_000, parsed: true }),
  },
  "chk-100k-sorted": {
    summary: "the same, sorted by partition, in 25 row groups, so that a predicate can leave most out",
    make: (folder) => checkpointTable(folder, { files: 100_000, parsed: true, sortedGroups: 4000 }),
  },
  "chk-1m": checkpoint(1_000_000),
  "chk-1m-multipart": {
    summary: "a checkpoint of 1 000 000 files in 10 parts",
    make: (folder) => checkpointTable(folder, { files: 1_000_000, parts: 10 }),
  },
  "chk-10m": { ...checkpoint(10_000_000), large: true },
  "v2-100k-json-sidecars": sidecars(100_000, 4, "json"),
  "v2-1m-sidecars": sidecars(1_000_000, 10, "parquet"),
  "v2-10m-sidecars": { ...sidecars(10_000_000, 100, "parquet"), large: true },
  "101k-adds-1k-commits": tail("1000 commits behind a checkpoint of 100 000 files", 100_000, 1000),
  "10k-commits-nochk": {
    summary: "10 000 commits without a checkpoint",
    make: (folder) => commitsTable(folder, { commits: 10_000 }),
  },
  "6k-commits-chk10": {
    summary: "6000 commits with a checkpoint every 10",
    make: (folder) => commitsTable(folder, { commits: 6000, every: 10 }),
  },
  "6k-commits-chk10-crc": {
    summary: "the same with a checksum file beside every commit",
    make: (folder) => commitsTable(folder, { commits: 6000, every: 10, checksums: true }),
  },
  "20k-100commits-nocrc": tail("100 commits behind a checkpoint of 20 000 files", 20_000, 100),
  "20k-100commits-crc0": tail("the same with a checksum file beside the last commit", 20_000, 100, 100),
  "20k-100commits-crc50": tail("the same with a checksum file beside the 50th", 20_000, 100, 50),
};

function oneCommit(files: number): Shape {
  return { summary: `${grouped(files)} files in one commit`, make: (folder) => oneCommitTable(folder, files) };
}

function checkpoint(files: number): Shape {
  return { summary: `a checkpoint of ${grouped(files)} files`, make: (folder) => checkpointTable(folder, { files }) };
}

function sidecars(files: number, count: number, top: "parquet" | "json"): Shape {
  return {
    summary: `a V2 checkpoint (${top}) of ${grouped(files)} files in ${count} sidecars`,
    make: (folder) => sidecarTable(folder, { files, sidecars: count, top }),
  };
}

function tail(summary: string, files: number, commits: number, checksumAt?: number): Shape {
  const shape = { files, at: 100, commits };
  return {
    summary,
    make: (folder) => tailTable(folder, checksumAt === undefined ? shape : { ...shape, checksumAt }),
  };
}

function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, " ");
}

/**
 * A shape of any size, by the forms `chk-<files>`, `adds-<files>-1commit` and `chk-<files>-sorted`, where files is a number
 * with `k` or `m` behind it or without; `undefined` for a name that says nothing.
 */
export function findShape(name: string): Shape | undefined {
  if (Object.hasOwn(SHAPES, name)) return SHAPES[name];
  const match = /^(chk|adds)-([1-9]\d*)([km]?)(-1commit|-sorted|-parsed)?$/.exec(name);
  if (match === null) return undefined;
  const files = Number(match[2]) * { "": 1, k: 1000, m: 1_000_000 }[match[3] as "" | "k" | "m"];
  if (match[1] === "adds") return match[4] === "-1commit" ? oneCommit(files) : undefined;
  if (match[4] === "-1commit") return undefined;
  const parsed = match[4] !== undefined;
  const groups = match[4] === "-sorted" ? { sortedGroups: Math.max(1, Math.ceil(files / 25)) } : {};
  return { ...checkpoint(files), make: (folder) => checkpointTable(folder, { files, parsed, ...groups }) };
}
