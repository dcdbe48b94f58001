export { onAbort } from "@asyncdelta/parallel";
export type { AddFile, DeletionVectorDescriptor } from "./actions/add-file.js";
export type { AddCDCFile } from "./actions/cdc-file.js";
export { deletionVectorUniqueId } from "./actions/deletion-vector-id.js";
export type { DomainMetadata } from "./actions/domain-metadata.js";
export type { Metadata } from "./actions/metadata.js";
export type { Protocol } from "./actions/protocol.js";
export type { RemoveFile } from "./actions/remove-file.js";
export { resolveFileUrl } from "./actions/resolve-path.js";
export type { SetTransaction } from "./actions/set-transaction.js";
export { type ChangesOptions, checkChangesOptions } from "./changes/change-options.js";
export type { ChangeTask, FileChange } from "./changes/change-task.js";
export { type Changes, planChanges } from "./changes/plan-changes.js";
export { type ReadChangesOptions, readChanges, readChangeTask, readChangeTasks } from "./changes/read-changes.js";
export { ArrowType } from "./columnar/arrow-type.js";
export type { DeletionVector } from "./deletion-vector/deletion-vector.js";
export { loadDeletionVector } from "./deletion-vector/load-deletion-vector.js";
export type { LoadDeletionVectorOptions } from "./deletion-vector/loader.js";
export { countRows, type RowRanges } from "./deletion-vector/row-ranges.js";
export { checkRange, shortObjectError } from "./engine/byte-range.js";
export type { Clock } from "./engine/clock.js";
export { compareNames } from "./engine/compare-names.js";
export type { Engine, EngineLimits } from "./engine/engine.js";
export type { JsonHandler, JsonObject, JsonValue, ParseLinesOptions, ReadBatchesOptions } from "./engine/json.js";
export type { Observer, Operation } from "./engine/observer.js";
export type {
  OpenParquetOptions,
  ParquetBatch,
  ParquetBounds,
  ParquetColumnChunk,
  ParquetField,
  ParquetFile,
  ParquetHandler,
  ParquetLeafPages,
  ParquetPageBounds,
  ParquetPageStarts,
  ParquetPages,
  ParquetPagesOptions,
  ParquetProbe,
  ParquetProbesOptions,
  ParquetRowGroup,
  ParquetValue,
  ReadParquetOptions,
} from "./engine/parquet.js";
export { roundTripOf } from "./engine/round-trip.js";
export type {
  ByteRange,
  ListOptions,
  ObjectMeta,
  PutOptions,
  ReadOptions,
  ReadRangesOptions,
  Storage,
  StorageOptions,
} from "./engine/storage.js";
export {
  abortedError,
  DeltaError,
  type DeltaErrorCode,
  type DeltaErrorFacts,
  isDeltaError,
  throwIfAborted,
} from "./errors.js";
export { follow } from "./follow/follow.js";
export type { FollowChangesOptions, FollowOptions } from "./follow/follow-options.js";
export type { CommitFiles, FollowedCommit } from "./follow/followed-commit.js";
export type { Following } from "./follow/following.js";
export { type Commit, type ReadCommitsOptions, readCommits } from "./history/read-commits.js";
export { parseExactJson, stringifyExactJson } from "./json/exact-json.js";
export type { LogSegment } from "./log/log-segment.js";
export { checkPredicate } from "./predicate/bind-predicate.js";
export type { BoundOperator, BoundPredicate, BoundValue } from "./predicate/bound-predicate.js";
export { type Column, col } from "./predicate/col.js";
export { formatPredicate } from "./predicate/format-predicate.js";
export { type Literal, type LiteralValue, literal } from "./predicate/literal.js";
export { and, not, or } from "./predicate/logic.js";
export { parsePredicate } from "./predicate/parse-predicate.js";
export type { ComparisonOperator, Predicate } from "./predicate/predicate.js";
export { preloadKernel } from "./preload.js";
export { checkReadable } from "./protocol/check-protocol.js";
export { FEATURES, type Feature, type FeatureSupport, findFeature } from "./protocol/features.js";
export { arrowSchema } from "./read/arrow-schema.js";
export { takeData } from "./read/filter-batch.js";
export { type PartitionValue, parsePartitionValue } from "./read/partition-value.js";
export { readFirstRows } from "./read/read-first-rows.js";
export { type ReadTaskOptions, readTask } from "./read/read-task.js";
export { readTasks } from "./read/read-tasks.js";
export type { FileBatch } from "./replay/file-batch.js";
export { type LiveFilesOptions, liveFiles } from "./replay/live-files.js";
export type { SkippingOptions } from "./scan/file-filter.js";
export { findFiles } from "./scan/find-files.js";
export { type MaterializedColumns, METADATA_COLUMNS, type MetadataColumn } from "./scan/metadata-columns.js";
export { type PlanScanOptions, planScan } from "./scan/plan-scan.js";
export { type ScanColumns, scanSchema } from "./scan/scan-shape.js";
export type { ScanFilter, ScanTask } from "./scan/scan-task.js";
export { selectColumns } from "./scan/select-columns.js";
export { type ColumnMapping, columnMappingMode } from "./schema/column-mapping.js";
export { parseSchema } from "./schema/parse-schema.js";
export { serializeSchema } from "./schema/serialize-schema.js";
export { typeName } from "./schema/type-name.js";
export type {
  ArrayType,
  DataType,
  DecimalType,
  MapType,
  PrimitiveName,
  PrimitiveType,
  StructField,
  StructType,
} from "./schema/types.js";
export { openSelection, type RowSelection, type SelectionStep } from "./selection/selection.js";
export { SharedRequest } from "./shared-request.js";
export { PagesCount, ReadCounts, RowGroupCount } from "./skipping/read-counts.js";
export { FileCount, SkippingCounts } from "./skipping/skipping-counts.js";
export { domainMetadata, setTransactions } from "./snapshot/keyed-actions.js";
export { type LoadSnapshotOptions, loadSnapshot } from "./snapshot/load-snapshot.js";
export { refreshSnapshot } from "./snapshot/refresh-snapshot.js";
export type { Snapshot } from "./snapshot/snapshot.js";
export { variantToJson } from "./variant/variant-to-json.js";
