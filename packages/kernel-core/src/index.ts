export { abortedError, throwIfAborted } from "./abort.js";
export type { AddFile, DeletionVectorDescriptor } from "./actions/add-file.js";
export type { Metadata } from "./actions/metadata.js";
export type { Protocol } from "./actions/protocol.js";
export type { RemoveFile } from "./actions/remove-file.js";
export type { Clock } from "./engine/clock.js";
export type { Engine, EngineLimits } from "./engine/engine.js";
export type { JsonHandler, JsonObject, JsonValue, ParseLinesOptions, ReadBatchesOptions } from "./engine/json.js";
export type {
  OpenParquetOptions,
  ParquetBatch,
  ParquetColumnChunk,
  ParquetField,
  ParquetFile,
  ParquetHandler,
  ParquetRowGroup,
  ReadParquetOptions,
} from "./engine/parquet.js";
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
export { DeltaError, type DeltaErrorCode, type DeltaErrorFacts, isDeltaError } from "./errors.js";
export type { ScanTask } from "./scan/scan-task.js";
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
