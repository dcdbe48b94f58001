export type { NodeEngineOptions } from "@asyncdelta/engine-node";
export { nodeEngine, resolveTableUrl } from "@asyncdelta/engine-node";
export type {
  AddCDCFile,
  AddFile,
  ArrayType,
  Changes,
  ChangeTask,
  Commit,
  CommitFiles,
  DataType,
  DecimalType,
  DeletionVectorDescriptor,
  DeltaErrorCode,
  DeltaErrorFacts,
  DomainMetadata,
  Engine,
  FileBatch,
  FollowedCommit,
  Following,
  JsonObject,
  JsonValue,
  MapType,
  Metadata,
  MetadataColumn,
  PrimitiveName,
  PrimitiveType,
  Protocol,
  RemoveFile,
  ScanTask,
  SetTransaction,
  Snapshot,
  StructField,
  StructType,
} from "@asyncdelta/kernel-core";
export {
  DeltaError,
  domainMetadata,
  follow,
  isDeltaError,
  liveFiles,
  loadSnapshot,
  parseSchema,
  planChanges,
  planScan,
  readChangeTask,
  readChangeTasks,
  readCommits,
  readTask,
  readTasks,
  refreshSnapshot,
  setTransactions,
  typeName,
  variantToJson,
} from "@asyncdelta/kernel-core";
export type { ChangeFeedOptions } from "./change-feed.js";
export { ChangeFeed } from "./change-feed.js";
export type {
  FilesOptions,
  FollowTableChangesOptions,
  FollowTableOptions,
  HistoryOptions,
  OpenOptions,
  SignalOptions,
} from "./delta-table.js";
export { DeltaTable } from "./delta-table.js";
export type { Row, StructValue, Value } from "./rows/value.js";
export type { ScanOptions } from "./table-scan.js";
export { TableScan } from "./table-scan.js";
