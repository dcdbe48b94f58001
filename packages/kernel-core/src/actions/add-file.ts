/** A file of the table, as an `add` action has it. PROTOCOL.md, "Add File and Remove File". */
export interface AddFile {
  /** A relative or absolute URI, percent-encoded as in the log. */
  readonly path: string;
  /** Text of each partition column's value by physical name; null is null. */
  readonly partitionValues: Readonly<Record<string, string | null>>;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly modificationTime: number;
  readonly dataChange: boolean;
  /** Statistics as JSON text, exact; absent where the log has none or they were not asked for. */
  readonly stats?: string;
  readonly tags?: Readonly<Record<string, string | null>>;
  readonly deletionVector?: DeletionVectorDescriptor;
  readonly baseRowId?: bigint;
  readonly defaultRowCommitVersion?: bigint;
  readonly clusteringProvider?: string;
}

/** PROTOCOL.md, "Deletion Vector Descriptor Schema". */
export interface DeletionVectorDescriptor {
  readonly storageType: string;
  readonly pathOrInlineDv: string;
  readonly offset?: number;
  readonly sizeInBytes: number;
  readonly cardinality: number;
}
