import type { DeletionVectorDescriptor } from "../actions/add-file.js";
import type { Engine } from "../engine/engine.js";
import type { DeletionVector } from "./deletion-vector.js";
import { DeletionVectorLoader, type LoadDeletionVectorOptions } from "./loader.js";

/** An engine's callers share one loader, so that scans side by side do not read the same vectors twice. */
const loaders = new WeakMap<Engine, DeletionVectorLoader>();

/**
 * The deletion vector that a file action describes, with its size, checksum and cardinality checked. `tableRoot` is the
 * table's URL. Reads exactly the vector's bytes; vectors of one file that are wanted at the same time go in one request,
 * and one that somebody holds already is not read again. PROTOCOL.md, "Deletion Vectors".
 *
 * Errors: `DELETION_VECTOR_CORRUPT` for anything wrong with descriptor or bytes, `FILE_NOT_FOUND` for a missing file,
 * `ABORTED`, and the storage's own.
 */
export function loadDeletionVector(
  engine: Engine,
  tableRoot: string,
  descriptor: DeletionVectorDescriptor,
  options?: LoadDeletionVectorOptions,
): Promise<DeletionVector> {
  let loader = loaders.get(engine);
  if (loader === undefined) {
    loader = new DeletionVectorLoader(engine);
    loaders.set(engine, loader);
  }
  return loader.load(tableRoot, descriptor, options);
}
