import { type WorkerPool, workerPool } from "./worker-pool.js";

const pools = new Map<number, WorkerPool>();

/**
 * The pool that all engines of this process share which want so many workers: a second table finds the threads of the
 * first still there. It is never closed; idle threads end by themselves, and keep no process alive.
 */
export function sharedPool(size: number): WorkerPool {
  let pool = pools.get(size);
  if (pool === undefined) {
    pool = workerPool({ size });
    pools.set(size, pool);
  }
  return pool;
}
