import type { Metadata } from "../actions/metadata.js";
import type { Protocol } from "../actions/protocol.js";
import type { LogSegment } from "../log/log-segment.js";
import type { SegmentReader } from "../log/segment-reader.js";
import type { StructType } from "../schema/types.js";

/** A table at one version: immutable, and readable on any engine that can see its files. */
export interface Snapshot {
  /** URL of the table, ending in `/`. */
  readonly root: string;
  readonly version: number;
  /**
   * When the version was committed, in milliseconds since 1970-01-01 UTC: the in-commit timestamp where the table has
   * them, else the modification time of its newest log file.
   */
  readonly timestamp: number;
  readonly protocol: Protocol;
  readonly metadata: Metadata;
  readonly schema: StructType;
  /** The files of the log from which this version follows. */
  readonly segment: LogSegment;
  /** What has been read of them, for the operations on this snapshot. */
  readonly reader: SegmentReader;
}
