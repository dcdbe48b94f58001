export type { NodeEngineOptions } from "@asyncdelta/engine-node";
export { nodeEngine, resolveTableUrl } from "@asyncdelta/engine-node";
export type {
  AddFile,
  ArrayType,
  Commit,
  DataType,
  DecimalType,
  DeletionVectorDescriptor,
  DeltaErrorCode,
  DeltaErrorFacts,
  DomainMetadata,
  Engine,
  FileBatch,
  JsonObject,
  JsonValue,
  MapType,
  Metadata,
  PrimitiveName,
  PrimitiveType,
  Protocol,
  ScanTask,
  SetTransaction,
  Snapshot,
  StructField,
  StructType,
} from "@asyncdelta/kernel-core";
export {
  DeltaError,
  domainMetadata,
  isDeltaError,
  liveFiles,
  loadSnapshot,
  parseSchema,
  planScan,
  readCommits,
  readTask,
  readTasks,
  refreshSnapshot,
  setTransactions,
  typeName,
} from "@asyncdelta/kernel-core";
export type { FilesOptions, HistoryOptions, OpenOptions, SignalOptions } from "./delta-table.js";
export { DeltaTable } from "./delta-table.js";
export type { Row, StructValue, Value } from "./rows/value.js";
export type { ScanOptions } from "./table-scan.js";
export { TableScan } from "./table-scan.js";
