import {
  type NodeEngineOptions,
  nodeEngine,
  resolveTableUrl,
  type StorageOptionValues,
  tableLocation,
} from "@asyncdelta/engine-node";
import { DeltaError, type Engine, type Storage } from "@asyncdelta/kernel-core";

interface EngineChoice {
  readonly engine?: Engine | undefined;
  readonly engineOptions?: NodeEngineOptions | undefined;
  readonly storage?: StorageOptionValues | Storage | undefined;
}

/**
 * The URL of a table's root and the engine to read it with: the given one, or a new one whose storage has the given
 * options, and those that are in the query of the location. With an engine or a storage that is given, a URL may be of any
 * scheme.
 *
 * @throws DeltaError `INVALID_ARGUMENT`
 */
export function engineFor(
  location: string | URL,
  { engine, engineOptions, storage }: EngineChoice,
): { readonly url: string; readonly engine: Engine } {
  if (engine !== undefined) {
    for (const [name, value] of Object.entries({ engineOptions, storage })) {
      if (value !== undefined) throw invalid(`'${name}' is for the table's own engine: 'engine' is given.`);
    }
    return { url: resolveTableUrl(location, { anyScheme: true }), engine };
  }
  if (storage === undefined) return ownEngine(location, { ...engineOptions });
  if (typeof storage !== "object" || storage === null) {
    throw invalid("'storage' must be an object: options of the store, or a storage.");
  }
  if (engineOptions?.storage !== undefined || engineOptions?.storageOptions !== undefined) {
    throw invalid("Give 'storage' itself or in 'engineOptions', not both.");
  }
  return ownEngine(location, {
    ...engineOptions,
    ...(isStorage(storage) ? { storage } : { storageOptions: storage }),
  });
}

function ownEngine(location: string | URL, options: NodeEngineOptions): { url: string; engine: Engine } {
  if (options.storage !== undefined) {
    return { url: resolveTableUrl(location, { anyScheme: true }), engine: nodeEngine(options) };
  }
  const { url, storageOptions } = tableLocation(location);
  return { url, engine: nodeEngine({ ...options, storageOptions: { ...storageOptions, ...options.storageOptions } }) };
}

function isStorage(value: StorageOptionValues | Storage): value is Storage {
  return typeof value.readRanges === "function" && typeof value.list === "function";
}

function invalid(message: string): DeltaError {
  return new DeltaError("INVALID_ARGUMENT", message);
}
