import type { Cell, PeerCells } from "./peers.js";

/** Where it is seen that this library has something: a test, by its file in `packages` and a part of its name. */
export interface Proof {
  readonly test: string;
  readonly name: string;
}

/** Where it would be seen that this library has come to have something: a file in `packages`, and words it lacks. */
export interface Absence {
  readonly file: string;
  readonly lacks: RegExp;
}

/** Something that a reader can do. */
export interface Capability {
  readonly name: string;
  readonly ours: Cell;
  readonly seen: Proof | Absence;
  readonly peers: PeerCells;
}

const snapshot = "kernel-core/test/snapshot.test.ts";
const proof = (test: string, name: string): Proof => ({ test, name });

/** In the order of the page. */
export const CAPABILITIES: readonly Capability[] = [
  {
    name: "A reader feature that is not known is refused, by name",
    ours: "yes: when the table is opened",
    seen: proof(snapshot, "a feature that is not known to this reader is refused by name at load"),
    peers: ["yes: when a scan is built", "yes", "yes", "no"],
  },
  {
    name: "Classic (V1) checkpoint",
    ours: "yes",
    seen: proof(snapshot, "stands in for all commits up to its version"),
    peers: ["yes", "yes", "yes", "no: gives a checkpoint by Spark no files, without an error"],
  },
  {
    name: "Checkpoint in parts",
    ours: "yes: older files of the log are used where a part is missing",
    seen: proof(snapshot, "in parts is read whole, and ignored where a part is missing"),
    peers: [
      "partly: cannot go back to the log where parts are missing",
      "partly: as delta_kernel",
      "yes",
      "partly: expects its own names",
    ],
  },
  {
    name: "V2 checkpoint: JSON or Parquet, of a classic name too, with sidecars",
    ours: "yes",
    seen: proof(snapshot, "of V2 (%s) takes its files from sidecars, removes left out"),
    peers: ["yes", "yes", "yes", "no"],
  },
  {
    name: "Log compactions",
    ours: "yes",
    seen: proof(snapshot, "are read in the place of their commits, and their removes hide older files"),
    peers: ["no", "unknown", "yes", "no"],
  },
  {
    name: "Version checksum instead of replay",
    ours: "partly: for protocol, metadata and the in-commit timestamp",
    seen: proof(snapshot, "give protocol and metadata of exactly their version, without a commit being read"),
    peers: ["yes", "yes: through delta_kernel", "yes", "no"],
  },
  {
    name: "`_last_checkpoint` that is absent, torn, stale or of another checkpoint",
    ours: "yes",
    seen: proof(snapshot, "is found in spite of a hint that is %s"),
    peers: ["yes", "yes", "yes", "partly"],
  },
  {
    name: "`_last_checkpoint` of a checkpoint that was deleted",
    ours: "yes: reads on from what is there",
    seen: proof(snapshot, "of a deleted checkpoint"),
    peers: ["no: an error", "no: an error", "yes: falls back", "partly: replays all, unchecked"],
  },
  {
    name: "Time travel by version",
    ours: "yes",
    seen: proof(snapshot, "at a version is the table as it was"),
    peers: ["yes", "yes", "yes", "yes"],
  },
  {
    name: "Time travel by time: in-commit timestamps, and file times that do not grow",
    ours: "yes",
    seen: proof(snapshot, "goes by in-commit timestamps from the version on that enabled them"),
    peers: ["yes", "partly: by file times alone", "yes", "no"],
  },
  {
    name: "Refresh of a snapshot that reads new commits alone",
    ours: "yes",
    seen: proof(snapshot, "reads the new commits and nothing else"),
    peers: ["yes", "yes", "partly", "no"],
  },
  {
    name: "The files that came and went between two versions",
    ours: "yes: by following from a version",
    seen: proof("kernel-core/test/follow.test.ts", "say all that their log files say"),
    peers: ["yes", "partly", "yes", "no"],
  },
  {
    name: "Partition pruning",
    ours: "yes: first, so that only statistics of what is left are looked at",
    seen: proof("kernel-core/test/skipping-corners.test.ts", "is exact, with null, NaN and -0"),
    peers: ["yes", "yes", "yes", "partly: equality, of texts"],
  },
  {
    name: "File skipping by statistics",
    ours: "yes",
    seen: proof(
      "kernel-core/test/predicate-rows.test.ts",
      "gives out exactly the rows it is true for, and no level loses one",
    ),
    peers: ["yes", "yes", "yes", "no"],
  },
  {
    name: "`stats_parsed`, `partitionValues_parsed` of checkpoints",
    ours: "yes: of parsed statistics the columns that a predicate is about, partition values where their texts are missing",
    seen: proof(
      "kernel-core/test/skipping-checkpoint.test.ts",
      "are read of the columns in question alone, where they are parsed",
    ),
    peers: ["yes: not in its parallel scan", "yes", "partly: partition values alone", "no"],
  },
  {
    name: "Row groups of a checkpoint that cannot hold what is wanted are left out",
    ours: "yes: by the kind of action, by parsed partition values and by parsed statistics",
    seen: proof(
      "kernel-core/test/skipping-checkpoint.test.ts",
      "leave row groups of the checkpoint unread that have no file with a wanted row",
    ),
    peers: ["yes", "yes", "partly", "no"],
  },
  {
    name: "Row groups of a data file are left out by a predicate",
    ours: "yes",
    seen: proof(
      "kernel-core/test/skipping-row-groups.test.ts",
      "are left out without losing a row, and rows keep their positions",
    ),
    peers: ["partly: its engine can, its own scan does not ask", "yes", "yes", "no"],
  },
  {
    name: "Pages of a data file are left out by the column index",
    ours: "yes: and a row group that its pages rule out together",
    seen: proof(
      "kernel-core/test/skipping-pages.test.ts",
      "are left out without losing a row, and rows keep their positions",
    ),
    peers: ["no", "yes: through DataFusion", "no", "no"],
  },
  {
    name: "Rows are filtered exactly",
    ours: "yes",
    seen: proof(
      "kernel-core/test/predicate-rows.test.ts",
      "gives out exactly the rows it is true for, and no level loses one",
    ),
    peers: ["no: the caller must", "yes", "no: the caller must", "yes"],
  },
  {
    name: "Column mapping by name, nested",
    ours: "yes",
    seen: proof("kernel-core/test/read-columns.test.ts", "finds physical names at every level"),
    peers: ["yes", "yes", "yes", "partly"],
  },
  {
    name: "Column mapping by id, nested",
    ours: "yes: an id that a file lacks is null, whatever the names",
    seen: proof("kernel-core/test/read-columns.test.ts", "an id that the file lacks is null, though the name is there"),
    peers: ["partly: falls back to the name", "yes", "yes", "partly"],
  },
  {
    name: "Deletion vectors: inline, relative, absolute, checksum",
    ours: "yes: size and cardinality are checked too",
    seen: proof("kernel-core/test/deletion-vector-damage.test.ts", "in a file always end in DELETION_VECTOR_CORRUPT"),
    peers: ["yes", "yes", "yes", "partly: gives out deleted rows where a vector is inline or fails to load"],
  },
  {
    name: "Row ids and row commit versions",
    ours: "yes",
    seen: proof("kernel-core/test/read-metadata.test.ts", "tell of each row its file, its position in it, its id"),
    peers: ["yes", "no", "yes", "no"],
  },
  {
    name: "Change data feed, of rows",
    ours: "yes: across schema changes and column mapping",
    seen: proof("kernel-core/test/changes.test.ts", "by column mapping being enabled gives the rows of both"),
    peers: [
      "yes: the schema must be the same at both ends",
      "partly: not under column mapping",
      "no: file actions alone",
      "partly",
    ],
  },
  {
    name: "Following a table as it grows, without an end",
    ours: "yes",
    seen: proof("kernel-core/test/follow.test.ts", "come in the order of their versions, those that are there and"),
    peers: ["no", "no", "no", "no"],
  },
  {
    name: "Transactions of applications, domain metadata",
    ours: "yes",
    seen: proof(snapshot, "the newest in the log wins, be its number lower"),
    peers: ["yes", "partly", "yes", "no"],
  },
  {
    name: "Tables of a catalog",
    ours: "no: refused by the feature's name",
    seen: proof("kernel-core/test/protocol-features.test.ts", "a catalog-managed table is refused"),
    peers: ["yes", "partly: a catalog, not the feature", "yes", "no"],
  },
  {
    name: "Plan that other threads or processes can read",
    ours: "yes: tasks are plain data",
    seen: proof(
      "kernel-core/test/scan-plan.test.ts",
      "has a task for each file: plain data, which another engine reads",
    ),
    peers: ["partly: within one build, sidecars and parts alone", "no", "partly", "no"],
  },
  {
    name: "Cancellation",
    ours: "yes: of every call, down to the file",
    seen: proof("asyncdelta/test/cancel.test.ts", "in the middle of a scan ends it in ABORTED"),
    peers: ["partly: of listing alone", "partly: not of a task that has begun", "partly", "no"],
  },
  {
    name: "Metrics, tracing",
    ours: "yes: spans of operations, requests and decoding with their bytes, also as OpenTelemetry's",
    seen: proof(
      "engine-node/test/trace.test.ts",
      "has the operations, each request and all decoding, nested as they ran",
    ),
    peers: ["yes", "yes", "yes", "partly"],
  },
  {
    name: "Engine that can be replaced",
    ours: "yes: by one of TypeScript; there is no interface for C",
    seen: proof("kernel-core/test/neutral.test.ts", "the kernel without a platform"),
    peers: ["yes", "partly", "yes", "partly"],
  },
  {
    name: "Columns of type `void`",
    ours: "yes",
    seen: proof("kernel-core/test/read-columns.test.ts", "a void column is never read, and always null"),
    peers: ["yes", "unknown", "no", "no"],
  },
  {
    name: "Columns of interval types",
    ours: "no: refused by name",
    seen: proof("kernel-core/test/schema-parse.test.ts", '["interval day to second", "interval types"]'),
    peers: ["partly", "no", "no", "no"],
  },
];

/** Tests that show of each reader's feature how its tables are read, or that they are refused by its name. */
export const FEATURE_PROOFS: Readonly<Record<string, Proof>> = {
  adaptiveMetadata: proof(
    "kernel-core/test/protocol-features.test.ts",
    "%s is read or refused by name, as its row says",
  ),
  catalogManaged: proof("kernel-core/test/protocol-features.test.ts", "a catalog-managed table is refused"),
  columnMapping: proof("kernel-core/test/scan-plan.test.ts", "survives renames, drops and new columns of old names"),
  deletionVectors: proof(
    "kernel-core/test/deletion-vector-read.test.ts",
    "leaves out exactly its rows, by their position",
  ),
  geospatial: proof("kernel-core/test/schema-parse.test.ts", '["geometry(OGC:CRS84)", "geospatial"]'),
  timestampNanos: proof("kernel-core/test/schema-parse.test.ts", '["timestamp_nanos", "timestampNanos"]'),
  timestampNtz: proof("kernel-core/test/read-partitions.test.ts", "%s %j is in every row, between the file's columns"),
  typeWidening: proof("kernel-core/test/schema-type-widening.test.ts", "is one that files can be read with"),
  v2Checkpoint: proof(snapshot, "of V2 (%s) takes its files from sidecars, removes left out"),
  vacuumProtocolCheck: proof(
    "kernel-core/test/protocol-features.test.ts",
    "%s is read or refused by name, as its row says",
  ),
  variantShredding: proof(
    "kernel-core/test/variant-shredding.test.ts",
    "any values, shredded in any way, are put together",
  ),
  variantType: proof("kernel-core/test/variant-shredding.test.ts", "the two binaries are given out by name"),
};
