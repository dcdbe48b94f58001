import type { AddFile } from "../actions/add-file.js";
import type { Engine } from "../engine/engine.js";
import type { Predicate } from "../predicate/predicate.js";
import { type LiveFilesOptions, liveFiles } from "../replay/live-files.js";
import type { Snapshot } from "../snapshot/snapshot.js";
import { fileFilter, type SkippingOptions } from "./file-filter.js";

/**
 * The live files that may have rows for which a predicate is true, in batches, as `planScan` chooses them.
 *
 * @throws DeltaError at the call `COLUMN_NOT_FOUND`, `INVALID_ARGUMENT`; then what {@link liveFiles} throws
 */
export function findFiles(
  engine: Engine,
  snapshot: Snapshot,
  where: Predicate,
  options: Omit<LiveFilesOptions, "statColumns" | "checkpoint" | "selection"> & SkippingOptions = {},
): AsyncGenerator<readonly AddFile[], void, undefined> {
  const filter = fileFilter(snapshot, where, options);
  const wanted = options.stats ? { stats: true } : { stats: filter.usesStats, statColumns: filter.statColumns };
  return (async function* () {
    for await (const files of liveFiles(engine, snapshot, {
      ...wanted,
      checkpoint: filter.checkpoint,
      selection: filter.selection,
      lazy: options.lazy,
      signal: options.signal,
    })) {
      const kept = filter.keep(files);
      if (kept.length > 0) yield kept.map(({ file }) => (options.stats ? file : withoutStats(file)));
    }
  })();
}

/** Some of a file's statistics must not look like all of them. */
function withoutStats({ stats: _, ...file }: AddFile): AddFile {
  return file;
}
