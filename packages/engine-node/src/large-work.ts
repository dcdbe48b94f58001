/** From how much work on it goes to a worker thread. These two are the one place that decides it. */

/**
 * Bytes of JSON read as batches. Below, this thread reads them in turns of 2 ms: 128 MiB take 0.45 s. Two workers take
 * 0.35 s, or 0.65 s where they must be started first. docs/decisions/020-json.md.
 */
export const LARGE_JSON: number = 128 * 1024 * 1024;

/**
 * Uncompressed bytes of the wanted columns of a row group: less costs more to hand over, and to start a thread for, than
 * to decode.
 */
export const LARGE_ROW_GROUP: number = 4 * 1024 * 1024;
