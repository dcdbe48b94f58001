export type { StorageCase, StorageSubject } from "./conformance/subject.js";
export { type MemoryStorage, type MemoryStorageOptions, memoryStorage } from "./memory-storage.js";
export {
  type RecordedRequest,
  type RecordingStorage,
  type RecordingStorageOptions,
  recordingStorage,
  type StorageVerb,
} from "./recording-storage.js";
export { type RepeatedBytes, repeatedBytes } from "./repeated-bytes.js";
export { type StorageConformanceOptions, storageConformance } from "./storage-conformance.js";
export { type VirtualClock, type VirtualClockOptions, virtualClock } from "./virtual-clock.js";
