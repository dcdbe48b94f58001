import type { TableActions } from "../actions/commit-actions.js";
import type { Metadata } from "../actions/metadata.js";
import type { Protocol } from "../actions/protocol.js";
import type { TableAt } from "../changes/check-rows-fit.js";
import type { CommitFile } from "../log/log-segment.js";
import type { CommitReading } from "../log/read-commit.js";
import type { StructType } from "../schema/types.js";
import { inCommitTimestamps, requireInCommitTimestamp } from "../snapshot/commit-timestamp.js";
import { readableSchema } from "../snapshot/readable-schema.js";
import type { StartingPoint } from "./starting-point.js";

/** Protocol and metadata as they change while a table is followed, version by version. */
export class FollowedTable {
  readonly root: string;
  /** The first version wanted. */
  readonly from: number;
  /** The first version to take in. */
  readonly next: number;
  /** The reading of that version's commit, where the snapshot has it. */
  readonly known: CommitReading | undefined;
  /** Of this version, protocol and metadata are known from the start. */
  readonly #start: number;
  #protocol: Protocol;
  #metadata: Metadata;
  #schema: StructType;
  #before: TableAt | undefined;
  #modified: number;

  constructor({ from, snapshot }: StartingPoint) {
    this.root = snapshot.root;
    this.from = from;
    // Between the snapshot and a version that is still to come, others may change protocol and metadata.
    this.next = Math.min(from, snapshot.version + 1);
    this.#start = snapshot.version;
    this.#protocol = snapshot.protocol;
    this.#metadata = snapshot.metadata;
    this.#schema = snapshot.schema;
    const { head } = snapshot.segment;
    const isFollowed = head?.version === this.next;
    this.known = isFollowed ? snapshot.reader.readings().get(head.url) : undefined;
    this.#modified = isFollowed || head === undefined ? Number.NEGATIVE_INFINITY : head.lastModified;
  }

  get protocol(): Protocol {
    return this.#protocol;
  }

  get metadata(): Metadata {
    return this.#metadata;
  }

  get schema(): StructType {
    return this.#schema;
  }

  /** The table before the last version that it was taken on to, where that is known. */
  get before(): TableAt | undefined {
    return this.#before;
  }

  /**
   * Goes on to the version of a commit, and gives the time at which it was made: its own, else that of its file, moved on
   * where that does not grow.
   *
   * Throws what `loadSnapshot` throws for a version that this reader would not read rightly.
   */
  advance({ protocol, metadata, commitInfo }: TableActions, file: CommitFile): number {
    const { version, url, lastModified } = file;
    this.#before =
      version > this.#start
        ? { version: version - 1, protocol: this.#protocol, metadata: this.#metadata, schema: this.#schema }
        : undefined;
    if (version > this.#start && (protocol !== undefined || metadata !== undefined)) {
      this.#protocol = protocol ?? this.#protocol;
      this.#metadata = metadata ?? this.#metadata;
      this.#schema = readableSchema(this.#protocol, this.#metadata, { version, path: this.root });
    }
    this.#modified = Math.max(lastModified, this.#modified + 1);
    const own = inCommitTimestamps(this.#protocol, this.#metadata);
    if (own === undefined || own.fromVersion > version) return this.#modified;
    return requireInCommitTimestamp(commitInfo, { version, path: url });
  }
}
