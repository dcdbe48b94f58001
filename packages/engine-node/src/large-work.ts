/** From how much work on it goes to a worker thread. This is the one place that decides it. */

/**
 * Bytes of JSON read as batches. Below, this thread reads them in turns of 2 ms: 128 MiB take 0.45 s. Two workers take
 * 0.35 s, or 0.65 s where they must be started first. docs/decisions/020-json.md.
 */
export const LARGE_JSON: number = 128 * 1024 * 1024;

/** Uncompressed bytes of the wanted columns of a row group: less costs more to hand over than to decode. */
export const LARGE_ROW_GROUP: number = 4 * 1024 * 1024;

/**
 * While no worker thread lives, an engine decodes so many uncompressed bytes itself before it has any started: as much
 * as two new threads take to start and to load WebAssembly, 0.1 to 0.2 s. docs/decisions/012-worker-pool.md.
 */
export const WORTH_STARTING: number = 32 * 1024 * 1024;

/**
 * The same where files of a checkpoint are selected: most of the bytes need not be decoded, so that a new thread, with code that
 * is cold, takes longer to catch up. docs/decisions/070-selection.md.
 */
export const WORTH_STARTING_TO_SELECT: number = 128 * 1024 * 1024;

/**
 * The same for bytes that come over a network, where threads start while these are on the way: as soon as so many have been announced.
 * docs/decisions/012-worker-pool.md.
 */
export const WORTH_STARTING_FROM_AFAR: number = 128 * 1024 * 1024;
