export { type NodeEngineOptions, nodeEngine, type StorageOptionValues } from "./node-engine.js";
export type { ParquetDecoding } from "./parquet/choose-decoder.js";
export { preload } from "./preload.js";
export { fileStorage } from "./storage/file-storage.js";
export { resolveTableUrl } from "./storage/resolve-table-url.js";
export { type TableLocation, type TableLocationOptions, tableLocation } from "./storage/table-location.js";
export { type TuneOptions, tuneForReading } from "./tune-for-reading.js";
