import {
  Bool,
  type DataType,
  DateDay,
  Decimal,
  Field,
  Float64,
  Int32,
  Int64,
  List,
  Map_,
  Struct,
  TimestampMicrosecond,
  Utf8,
} from "apache-arrow";
import { COLUMNS, PARTITIONS } from "./columns.js";

const TYPES: Readonly<Record<string, () => DataType>> = {
  long: () => new Int64(),
  integer: () => new Int32(),
  double: () => new Float64(),
  string: () => new Utf8(),
  date: () => new DateDay(),
  timestamp: () => new TimestampMicrosecond("UTC"),
  "decimal(18,2)": () => new Decimal(2, 18, 128),
};

function field(name: string, type: DataType): Field {
  return new Field(name, type, true);
}

function struct(members: Readonly<Record<string, DataType>>): Struct {
  return new Struct(Object.entries(members).map(([name, type]) => field(name, type)));
}

export const MAP: Map_<Utf8, Utf8> = new Map_(
  new Field("entries", new Struct([new Field("key", new Utf8(), false), field("value", new Utf8())]), false) as never,
);
const STRINGS = new List(new Field("element", new Utf8(), true));
const [string, long, int] = [new Utf8(), new Int64(), new Int32()];

const VECTOR = struct({
  storageType: string,
  pathOrInlineDv: string,
  offset: int,
  sizeInBytes: int,
  cardinality: long,
});
export const VALUES: Struct = struct(Object.fromEntries(COLUMNS.map(([name, type]) => [name, TYPES[type]!()])));
export const COUNTS: Struct = struct(Object.fromEntries(COLUMNS.map(([name]) => [name, long])));
export const STATS_PARSED: Struct = struct({
  numRecords: long,
  minValues: VALUES,
  maxValues: VALUES,
  nullCount: COUNTS,
});
export const PARTITION_PARSED: Struct = struct(
  Object.fromEntries(PARTITIONS.map(([name, type]) => [name, TYPES[type]!()])),
);

export function addType(parsed: boolean): Struct {
  return struct({
    path: string,
    partitionValues: MAP,
    size: long,
    modificationTime: long,
    dataChange: new Bool(),
    stats: string,
    tags: MAP,
    deletionVector: VECTOR,
    baseRowId: long,
    defaultRowCommitVersion: long,
    clusteringProvider: string,
    ...(parsed && { partitionValues_parsed: PARTITION_PARSED, stats_parsed: STATS_PARSED }),
  });
}

const REMOVE = struct({
  path: string,
  deletionTimestamp: long,
  dataChange: new Bool(),
  extendedFileMetadata: new Bool(),
  partitionValues: MAP,
  size: long,
  deletionVector: VECTOR,
  baseRowId: long,
  defaultRowCommitVersion: long,
});

/** The columns of a checkpoint file. PROTOCOL.md, "Checkpoint Schema". */
export function checkpointFields(kind: "classic" | "v2" | "sidecar", parsed: boolean): Field[] {
  const files = { add: addType(parsed), remove: REMOVE };
  if (kind === "sidecar") return [...struct(files).children];
  const classic = {
    txn: struct({ appId: string, version: long, lastUpdated: long }),
    ...files,
    metaData: struct({
      id: string,
      name: string,
      description: string,
      format: struct({ provider: string, options: MAP }),
      schemaString: string,
      partitionColumns: STRINGS,
      configuration: MAP,
      createdTime: long,
    }),
    protocol: struct({
      minReaderVersion: int,
      minWriterVersion: int,
      readerFeatures: STRINGS,
      writerFeatures: STRINGS,
    }),
    domainMetadata: struct({ domain: string, configuration: string, removed: new Bool() }),
  };
  const v2 = {
    checkpointMetadata: struct({ version: long, tags: MAP }),
    sidecar: struct({ path: string, sizeInBytes: long, modificationTime: long, tags: MAP }),
  };
  return [...struct(kind === "v2" ? { ...classic, ...v2 } : classic).children];
}
