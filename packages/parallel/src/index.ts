export { onAbort } from "./on-abort.js";
export type { AnyIterable, ParallelOptions, TaskContext } from "./options.js";
export { type ParallelFlatMapOptions, parallelFlatMap } from "./parallel-flat-map.js";
export type { ParallelIterator } from "./parallel-iterator.js";
export { parallelMap } from "./parallel-map.js";
export { parallelMapUnordered } from "./parallel-map-unordered.js";
export { type PrefetchOptions, prefetch } from "./prefetch.js";
export { type AcquireOptions, type Permit, Semaphore } from "./semaphore.js";
