/** One table feature, and what this library can do with tables that list it. PROTOCOL.md, "Table Features". */
export interface Feature {
  /** As in `readerFeatures` and `writerFeatures`. */
  readonly name: string;
  /** Other names for the same thing that tables carry: previews, and mistakes of writers. */
  readonly aliases: readonly string[];
  /** In both lists, or in `writerFeatures` alone. */
  readonly kind: "reader-writer" | "writer";
  /** The protocol versions that imply the feature without a list. */
  readonly legacy?: { readonly reader?: number; readonly writer: number };
  /** Features that must be listed with it. */
  readonly requires: readonly string[];
  /** Where it is defined: a heading of PROTOCOL.md, or a file of its `protocol_rfcs`. */
  readonly source: string;
  /** Whether a table that lists the feature can be read. */
  readonly read: FeatureSupport;
  /** Whether a table that lists the feature can be written. */
  readonly write: FeatureSupport;
}

/** `when-unused`: as long as the table does not make use of it. A reason is there for all but `yes`. */
export type FeatureSupport =
  | { readonly status: "yes" }
  | { readonly status: "no" | "when-unused"; readonly reason: string };

const yes: FeatureSupport = { status: "yes" };
const no = (reason: string): FeatureSupport => ({ status: "no", reason });
const whenUnused = (reason: string): FeatureSupport => ({ status: "when-unused", reason });
const notWritten: FeatureSupport = no("this version reads only");

/** Every feature of PROTOCOL.md and of its RFCs, by name. What is not here is unknown: a reader must refuse it. */
export const FEATURES: readonly Feature[] = [
  {
    name: "adaptiveMetadata",
    aliases: ["adaptiveMetadata-preview"],
    kind: "reader-writer",
    requires: ["columnMapping", "rowTracking", "domainMetadata", "deletionVectors", "inCommitTimestamp"],
    source: "iceberg-v4-metadata.md",
    read: no("the list of files is in a metadata tree, which is not read yet"),
    write: notWritten,
  },
  {
    name: "allowColumnDefaults",
    aliases: [],
    kind: "writer",
    requires: [],
    source: "Default Columns",
    read: yes,
    write: notWritten,
  },
  {
    name: "appendOnly",
    aliases: [],
    kind: "writer",
    legacy: { writer: 2 },
    requires: [],
    source: "Append-only Tables",
    read: yes,
    write: notWritten,
  },
  {
    name: "catalogManaged",
    aliases: ["catalogOwned-preview"],
    kind: "reader-writer",
    requires: ["inCommitTimestamp"],
    source: "Catalog-managed tables",
    read: no("its latest versions are known to a catalog alone, and no catalog is connected"),
    write: notWritten,
  },
  {
    name: "changeDataFeed",
    aliases: [],
    kind: "writer",
    legacy: { writer: 4 },
    requires: [],
    source: "Add CDC File",
    read: yes,
    write: notWritten,
  },
  {
    name: "checkConstraints",
    aliases: [],
    kind: "writer",
    legacy: { writer: 3 },
    requires: [],
    source: "CHECK Constraints",
    read: yes,
    write: notWritten,
  },
  {
    name: "checkpointProtection",
    aliases: [],
    kind: "writer",
    requires: [],
    source: "checkpoint-protection.md",
    read: yes,
    write: notWritten,
  },
  {
    name: "clustering",
    aliases: [],
    kind: "writer",
    requires: ["domainMetadata"],
    source: "Clustered Table",
    read: yes,
    write: notWritten,
  },
  {
    name: "collations",
    aliases: ["collations-preview"],
    kind: "writer",
    requires: ["domainMetadata"],
    source: "collated-string-type.md",
    read: yes,
    write: notWritten,
  },
  {
    name: "columnMapping",
    aliases: [],
    kind: "reader-writer",
    legacy: { reader: 2, writer: 5 },
    requires: [],
    source: "Column Mapping",
    read: yes,
    write: notWritten,
  },
  {
    name: "columnMappingUsageTracking",
    aliases: [],
    kind: "writer",
    requires: ["columnMapping"],
    source: "column-mapping-usage-tracking.md",
    read: yes,
    write: notWritten,
  },
  {
    name: "deletionVectors",
    aliases: [],
    kind: "reader-writer",
    requires: [],
    source: "Deletion Vectors",
    read: yes,
    write: notWritten,
  },
  {
    name: "domainMetadata",
    aliases: [],
    kind: "writer",
    requires: [],
    source: "Domain Metadata",
    read: yes,
    write: notWritten,
  },
  {
    name: "generatedColumns",
    aliases: [],
    kind: "writer",
    legacy: { writer: 4 },
    requires: [],
    source: "Generated Columns",
    read: yes,
    write: notWritten,
  },
  {
    name: "geospatial",
    aliases: ["geospatial-dev"],
    kind: "reader-writer",
    requires: [],
    source: "no text yet",
    read: no("its types, geometry and geography, have no specification yet"),
    write: notWritten,
  },
  {
    name: "icebergCompatV1",
    aliases: [],
    kind: "writer",
    requires: ["columnMapping"],
    source: "Iceberg Compatibility V1",
    read: yes,
    write: notWritten,
  },
  {
    name: "icebergCompatV2",
    aliases: [],
    kind: "writer",
    requires: ["columnMapping"],
    source: "Iceberg Compatibility V2",
    read: yes,
    write: notWritten,
  },
  {
    name: "icebergCompatV3",
    aliases: [],
    kind: "writer",
    requires: ["columnMapping", "rowTracking"],
    source: "iceberg-compat-v3.md",
    read: yes,
    write: notWritten,
  },
  {
    name: "icebergWriterCompatV1",
    aliases: [],
    kind: "writer",
    requires: ["icebergCompatV2"],
    source: "iceberg-writer-compat-v1.md",
    read: yes,
    write: notWritten,
  },
  {
    name: "icebergWriterCompatV3",
    aliases: [],
    kind: "writer",
    requires: ["icebergCompatV3"],
    source: "iceberg-writer-compat-v1.md",
    read: yes,
    write: notWritten,
  },
  {
    name: "identityColumns",
    aliases: [],
    kind: "writer",
    legacy: { writer: 6 },
    requires: [],
    source: "Identity Columns",
    read: yes,
    write: notWritten,
  },
  {
    name: "inCommitTimestamp",
    aliases: ["inCommitTimestamp-preview"],
    kind: "writer",
    requires: [],
    source: "In-Commit Timestamps",
    read: yes,
    write: notWritten,
  },
  {
    name: "invariants",
    aliases: [],
    kind: "writer",
    legacy: { writer: 2 },
    requires: [],
    source: "Column Invariants",
    read: yes,
    write: notWritten,
  },
  {
    name: "materializePartitionColumns",
    aliases: [],
    kind: "writer",
    requires: [],
    source: "materialize-partition-columns.md",
    read: yes,
    write: notWritten,
  },
  {
    name: "rowTracking",
    aliases: [],
    kind: "writer",
    requires: ["domainMetadata"],
    source: "Row Tracking",
    read: yes,
    write: notWritten,
  },
  {
    name: "timestampNanos",
    aliases: [],
    kind: "reader-writer",
    requires: ["timestampNtz"],
    source: "nanosecond-timestamps.md",
    read: whenUnused("a column of nanoseconds has no exact form here"),
    write: notWritten,
  },
  {
    name: "timestampNtz",
    aliases: ["timestampWithoutTimezone"],
    kind: "reader-writer",
    requires: [],
    source: "Timestamp without timezone (TimestampNtz)",
    read: yes,
    write: notWritten,
  },
  {
    name: "typeWidening",
    aliases: ["typeWidening-preview"],
    kind: "reader-writer",
    requires: [],
    source: "Type Widening",
    read: yes,
    write: notWritten,
  },
  {
    name: "v2Checkpoint",
    aliases: [],
    kind: "reader-writer",
    requires: [],
    source: "V2 Checkpoint Table Feature",
    read: yes,
    write: notWritten,
  },
  {
    name: "vacuumProtocolCheck",
    aliases: [],
    kind: "reader-writer",
    requires: [],
    source: "VACUUM Protocol Check",
    read: yes,
    write: notWritten,
  },
  {
    name: "variantShredding",
    aliases: ["variantShredding-preview"],
    kind: "reader-writer",
    requires: ["variantType"],
    source: "Variant Shredding",
    read: yes,
    write: notWritten,
  },
  {
    name: "variantType",
    aliases: ["variantType-preview"],
    kind: "reader-writer",
    requires: [],
    source: "Variant Data Type",
    read: yes,
    write: notWritten,
  },
];

/** The feature that a name or alias stands for; `undefined` if it is unknown. */
export function findFeature(name: string): Feature | undefined {
  return BY_NAME.get(name);
}

const BY_NAME: ReadonlyMap<string, Feature> = new Map(
  FEATURES.flatMap((feature) => [feature.name, ...feature.aliases].map((name) => [name, feature] as const)),
);
