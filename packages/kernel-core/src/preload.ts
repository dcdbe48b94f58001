import { loadReadChange } from "./changes/read-changes.js";
import { kernelMemory } from "./kernels/kernel-memory.js";
import { loadArrow } from "./log/log-schema.js";
import { loadToArrowType } from "./read/arrow-schema.js";
import { loadReadFile } from "./read/read-task.js";
import { loadFileSteps, loadTaskFilter } from "./selection/selection.js";

/**
 * Loads what the kernel loads when it is first needed: apache-arrow, and what reads rows, changes and the files of a checkpoint under a
 * predicate. The very calls that load it later are made here, so that those need not even find out again where a module lies.
 */
export async function preloadKernel(): Promise<void> {
  kernelMemory();
  await Promise.all([
    loadArrow(),
    loadToArrowType(),
    loadFileSteps(),
    loadTaskFilter(),
    loadReadFile(),
    loadReadChange(),
  ]);
}
