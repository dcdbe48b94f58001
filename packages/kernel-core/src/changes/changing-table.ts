import type { LogActions } from "../actions/commit-actions.js";
import type { Metadata } from "../actions/metadata.js";
import type { Protocol } from "../actions/protocol.js";
import { inCommitTimestamps, requireInCommitTimestamp } from "../snapshot/commit-timestamp.js";
import { readableSchema } from "../snapshot/readable-schema.js";
import type { ChangeRange, RangeCommit } from "./change-range.js";
import { checkRowsFit, type TableAt } from "./check-rows-fit.js";
import { checkFeedEnabled } from "./feed-enabled.js";

/** Protocol and metadata as they change through a range of versions. */
export class ChangingTable {
  readonly #end: TableAt;
  readonly #root: string;
  #protocol: Protocol;
  #metadata: Metadata;

  constructor({ start, end }: ChangeRange) {
    this.#end = end;
    this.#root = end.root;
    this.#protocol = start.protocol;
    this.#metadata = start.metadata;
  }

  /** Goes on to a version, and checks what it says anew. */
  advance({ protocol, metadata }: LogActions, version: number): void {
    if (protocol === undefined && metadata === undefined) return;
    this.#protocol = protocol ?? this.#protocol;
    this.#metadata = metadata ?? this.#metadata;
    const schema = readableSchema(this.#protocol, this.#metadata, { version, path: this.#root });
    this.check({ version, protocol: this.#protocol, metadata: this.#metadata, schema });
  }

  /** Makes sure that changes were recorded at a version, and that its rows fit the schema in which they are given out. */
  check(at: TableAt): void {
    checkFeedEnabled(at.protocol, at.metadata, at.version, this.#root);
    this.checkRows(at);
  }

  /** Makes sure that rows written at a version fit the schema in which they are given out. */
  checkRows(at: TableAt): void {
    checkRowsFit(at, this.#end, this.#root);
  }

  /** When a version was committed: as it says itself, else when its file was written. */
  timestamp({ commitInfo }: LogActions, { file, modified }: RangeCommit): number {
    const own = inCommitTimestamps(this.#protocol, this.#metadata);
    if (own !== undefined && own.fromVersion <= file.version) {
      return requireInCommitTimestamp(commitInfo, { version: file.version, path: file.url });
    }
    return modified;
  }
}
