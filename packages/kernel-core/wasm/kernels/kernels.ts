/**
 * AssemblyScript, made into `src/kernels/kernels-module.ts` by `build.mjs` of engine-node: see docs/decisions/072-kernels.md.
 * All of it reads up to 16 bytes behind what it is given.
 */
export { findTexts, hashTexts } from "./keys";
export { scan } from "./scan";
export { numberRows, periodOf, selectRows } from "./rows";

/** First byte behind what the module itself keeps in memory. */
export function base(): usize {
  return __heap_base;
}
