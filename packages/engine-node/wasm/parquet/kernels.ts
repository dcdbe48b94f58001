/**
 * AssemblyScript, made into `src/parquet/kernels/kernels-module.ts` by `build.mjs`: see docs/decisions/014-parquet-kernels.md.
 * What is copied by 16 bytes, read by 8 or compared by 16 goes up to so far beyond its end; callers leave that much room
 * behind everything.
 */
export { snappy } from "./snappy";
export { expandLevels, expandBits, countLevels, packBits, pickLevels, pickedValues } from "./levels";
export { expandIndexes, greatestIndex, pickPacked } from "./indexes";
export { pickIndexes, gather4, gather8, gatherWide, gatheredBytes, gatherBytes, longest } from "./gather";
export { matchIndexes, matchedEntries, matchedValues } from "./match";
export { splitBytes, beginsInside } from "./byte-arrays";
export { listOffsets, rowsEnd, rowsLeft, shiftOffsets, slotLevels, slotOffsets } from "./lists";
export { spread1, spread4, spread8, spreadWide, spreadOffsets } from "./spread";
