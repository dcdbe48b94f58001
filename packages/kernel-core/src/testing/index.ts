export type { StorageCase, StorageSubject } from "./conformance/subject.js";
export { type MemoryStorage, type MemoryStorageOptions, memoryStorage } from "./memory-storage.js";
export { type RecordingStorage, type RecordingStorageOptions, recordingStorage } from "./recording-storage.js";
export { type RepeatedBytes, repeatedBytes } from "./repeated-bytes.js";
export type { RecordedRequest, StorageVerb } from "./request-log.js";
export { type StorageConformanceOptions, storageConformance } from "./storage-conformance.js";
export { type VirtualClock, type VirtualClockOptions, virtualClock } from "./virtual-clock.js";
