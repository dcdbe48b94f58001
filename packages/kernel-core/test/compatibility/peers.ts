/** Whether something is there; behind a colon, what is to be said about it. */
export type Cell = Support | `${Support}: ${string}`;
export type Support = "yes" | "partly" | "no" | "unknown" | "not needed";

/** The readers that this one is compared with, in the order of every {@link PeerCells}. */
export const PEERS = ["delta_kernel 0.27.1", "delta-rs 1.6", "Java kernel 4.4", "dot-do/deltalake 0.0.1"] as const;
export type PeerCells = readonly [rust: Cell, deltaRs: Cell, java: Cell, dotDo: Cell];

const nobody: PeerCells = ["no", "no", "no", "no"];

/** What peers do with a table that has a reader's feature: can they read it. */
export const PEERS_READ: Readonly<Record<string, PeerCells>> = {
  adaptiveMetadata: ["partly: only in builds with a development flag", "no", "no", "no"],
  catalogManaged: ["partly: without change feeds", "no", "yes", "no"],
  columnMapping: [
    "yes: falls back to the name where a field id does not match",
    "yes: needs the datafusion build",
    "yes",
    "partly: columns at the top alone, renamed after the read",
  ],
  deletionVectors: ["yes", "yes", "yes", "partly: gives out deleted rows where a vector is inline or fails to load"],
  geospatial: ["partly: only in builds with a development flag", "no", "partly", "no"],
  timestampNanos: ["no", "partly: only in builds with a flag", "no", "no"],
  timestampNtz: ["yes", "yes", "yes", "partly"],
  typeWidening: ["partly: not in lists and maps; recorded changes are not checked", "no", "yes", "no"],
  v2Checkpoint: ["yes", "yes", "yes", "no"],
  vacuumProtocolCheck: ["yes", "no", "yes", "not needed: checks no features"],
  variantShredding: ["partly: the feature is accepted, a shredded table fails", "no", "partly", "partly"],
  variantType: ["yes", "yes", "partly: the type is in the schema, its columns are not decoded", "partly"],
};

/** What peers do with a table that has a writer's feature: can they write it. Reading needs nothing of them. */
export const PEERS_WRITE: Readonly<Record<string, PeerCells>> = {
  allowColumnDefaults: ["partly: the caller must take it on itself", "no", "partly", "no"],
  appendOnly: ["yes", "yes", "yes", "no"],
  changeDataFeed: ["partly: no commit that both adds and removes", "yes", "partly: as delta_kernel", "partly"],
  checkConstraints: ["no", "yes", "partly: while none is defined", "no"],
  checkpointProtection: ["no", "no", "yes", "no"],
  clustering: ["yes", "no", "yes", "partly: orders files, without the feature"],
  collations: ["no", "no", "yes", "no"],
  columnMappingUsageTracking: nobody,
  domainMetadata: ["yes", "no", "yes", "no"],
  generatedColumns: ["no", "yes", "partly: while there is no such column", "no"],
  icebergCompatV1: nobody,
  icebergCompatV2: ["no", "no", "yes", "no"],
  icebergCompatV3: ["partly", "no", "yes", "no"],
  icebergWriterCompatV1: ["no", "no", "yes", "no"],
  icebergWriterCompatV3: ["no", "no", "yes", "no"],
  identityColumns: ["no", "no", "partly: generates no values", "no"],
  inCommitTimestamp: ["yes", "no: read in change feeds alone", "yes", "no"],
  invariants: ["partly: while no column has one", "yes", "partly: as delta_kernel", "no"],
  materializePartitionColumns: ["yes", "no", "yes", "no"],
  rowTracking: ["partly: appends alone", "no", "yes", "no"],
};
