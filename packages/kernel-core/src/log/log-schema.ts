import type { Field, Schema } from "apache-arrow";

/** Fields of file actions, in the types that a checkpoint has. */
const DELETION_VECTOR = [
  ["storageType", "text"],
  ["pathOrInlineDv", "text"],
  ["offset", "int"],
  ["sizeInBytes", "int"],
  ["cardinality", "long"],
] as const;

type Shape = "text" | "int" | "long" | "boolean" | "map" | "list" | readonly (readonly [string, Shape])[];

const FILE: readonly (readonly [string, Shape])[] = [
  ["path", "text"],
  ["partitionValues", "map"],
  ["size", "long"],
  ["modificationTime", "long"],
  ["dataChange", "boolean"],
  ["tags", "map"],
  ["deletionVector", DELETION_VECTOR],
  ["baseRowId", "long"],
  ["defaultRowCommitVersion", "long"],
  ["clusteringProvider", "text"],
];

const REMOVE: readonly (readonly [string, Shape])[] = [
  ["path", "text"],
  ["deletionVector", DELETION_VECTOR],
];

const TABLE: readonly (readonly [string, Shape])[] = [
  [
    "protocol",
    [
      ["minReaderVersion", "int"],
      ["minWriterVersion", "int"],
      ["readerFeatures", "list"],
      ["writerFeatures", "list"],
    ],
  ],
  [
    "metaData",
    [
      ["id", "text"],
      ["name", "text"],
      ["description", "text"],
      [
        "format",
        [
          ["provider", "text"],
          ["options", "map"],
        ],
      ],
      ["schemaString", "text"],
      ["partitionColumns", "list"],
      ["configuration", "map"],
      ["createdTime", "long"],
    ],
  ],
  [
    "txn",
    [
      ["appId", "text"],
      ["version", "long"],
      ["lastUpdated", "long"],
    ],
  ],
  [
    "domainMetadata",
    [
      ["domain", "text"],
      ["configuration", "text"],
      ["removed", "boolean"],
    ],
  ],
  [
    "sidecar",
    [
      ["path", "text"],
      ["sizeInBytes", "long"],
      ["modificationTime", "long"],
    ],
  ],
  ["checkpointMetadata", [["version", "long"]]],
];

/** Which actions of a large commit are wanted as columns. */
export interface LogColumns {
  readonly files: boolean;
  readonly stats: boolean;
  readonly table: boolean;
}

export function loadArrow(): Promise<typeof import("apache-arrow")> {
  return import("apache-arrow");
}

/** The Arrow schema in which a large commit is streamed. */
export async function logSchema(columns: LogColumns): Promise<Schema> {
  const arrow = await loadArrow();
  const type = (shape: Shape): import("apache-arrow").DataType => {
    switch (shape) {
      case "text":
        return new arrow.Utf8();
      case "int":
        return new arrow.Int32();
      case "long":
        return new arrow.Int64();
      case "boolean":
        return new arrow.Bool();
      case "list":
        return new arrow.List(new arrow.Field("element", new arrow.Utf8(), true));
      case "map": {
        const entries = new arrow.Struct<{ key: import("apache-arrow").Utf8; value: import("apache-arrow").Utf8 }>([
          new arrow.Field("key", new arrow.Utf8(), false),
          new arrow.Field("value", new arrow.Utf8(), true),
        ]);
        return new arrow.Map_(new arrow.Field("entries", entries, false));
      }
      default:
        return new arrow.Struct(shape.map(([name, inner]) => new arrow.Field(name, type(inner), true)));
    }
  };
  const field = ([name, shape]: readonly [string, Shape]): Field => new arrow.Field(name, type(shape), true);
  const file = columns.stats ? [...FILE, ["stats", "text"] as const] : FILE;
  return new arrow.Schema([
    ...(columns.files ? [field(["add", file]), field(["remove", REMOVE])] : []),
    ...(columns.table ? TABLE.map(field) : []),
  ]);
}
