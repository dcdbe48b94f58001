import { setFlagsFromString } from "node:v8";

/**
 * Lets V8's heap grow to four times of what is alive in it before all of it is collected. For programs whose main work is
 * reading tables, as the command `asyncdelta` is; it holds for the whole process, which is why no engine does it.
 *
 * Arrow's buffers lie outside of the heap, and yet V8 counts them: where little else is alive, 12 MB say, it collects the
 * whole heap for every 24 MB that arrive. That is a fifth of the work of a large scan, in pauses of 5 to 10 ms, for memory
 * that the far cheaper collections of young objects free as well once there is room for them to come first. Peak memory
 * was the same on all tables of the benchmark. `docs/decisions/013-memory.md`.
 */
export function collectSeldom(): void {
  setFlagsFromString("--heap-growing-percent=300");
}
