import type { DeletionVectorDescriptor } from "../actions/add-file.js";
import type { Engine } from "../engine/engine.js";
import { roundTripOf } from "../engine/round-trip.js";
import type { StorageOptions } from "../engine/storage.js";
import { throwIfAborted } from "../errors.js";
import { SharedRequest } from "../shared-request.js";
import { corruptVector } from "./corrupt-vector.js";
import { DeletionVector, decodeDeletionVector } from "./deletion-vector.js";
import { deletionVectorUrl } from "./location.js";
import { readVectors, vectorRange } from "./read-vectors.js";
import { decodeZ85 } from "./z85.js";

/** Where a round trip costs more, so long a request waits for the vectors of tasks that start just after the first. */
const GATHER_MS = 1;

export interface LoadDeletionVectorOptions extends StorageOptions {
  /** Path of the data file, which names an inline vector in errors. */
  readonly dataFile?: string | undefined;
}

/**
 * Loads deletion vectors. Vectors of one file that are wanted at the same time are read in one request, and a vector that
 * is already there, or on its way, for whomever, is neither read nor decoded again.
 */
export class DeletionVectorLoader {
  readonly #engine: Engine;
  readonly #coming = new Map<string, Coming>();
  readonly #gathering = new Map<string, FileRequest>();
  readonly #inUse = new VectorsInUse();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** As {@link loadDeletionVector}. */
  async load(
    tableRoot: string,
    descriptor: DeletionVectorDescriptor,
    { signal, dataFile }: LoadDeletionVectorOptions = {},
  ): Promise<DeletionVector> {
    throwIfAborted(signal);
    const { sizeInBytes, cardinality, offset } = descriptor;
    const url = deletionVectorUrl(tableRoot, descriptor);
    if (url === undefined) return inlineVector(descriptor, dataFile ?? descriptor.pathOrInlineDv);
    vectorRange(descriptor, url);
    // Size and cardinality belong to the key: each descriptor is held against the file.
    const key = `${url}@${offset} ${sizeInBytes} ${cardinality}`;
    const known = this.#inUse.get(key);
    if (known !== undefined) return known;
    const coming = this.#coming.get(key) ?? this.#request(url, key, descriptor);
    return coming.request.shared.wait(coming.vector, signal);
  }

  /** Puts the vector on the list of what is wanted of its file. */
  #request(url: string, key: string, descriptor: DeletionVectorDescriptor): Coming {
    let request = this.#gathering.get(url);
    if (request === undefined) {
      const started: FileRequest = { url, wanted: [], shared: new SharedRequest(() => this.#forget(started)) };
      request = started;
      this.#gathering.set(url, started);
      void this.#run(started);
    }
    const to = request;
    const vector = new Promise<DeletionVector>((resolve, reject) => {
      to.wanted.push({ key, descriptor, resolve, reject });
    });
    const coming = { request: to, vector };
    this.#coming.set(key, coming);
    return coming;
  }

  async #run(request: FileRequest): Promise<void> {
    const { url, wanted, shared } = request;
    const options = { signal: shared.signal };
    try {
      if (roundTripOf(this.#engine.storage, url) === "costly") await this.#engine.clock.sleep(GATHER_MS, options);
      else await undefined;
      throwIfAborted(shared.signal);
      this.#gathering.delete(url);
      const descriptors = wanted.map(({ descriptor }) => descriptor);
      const results = await readVectors(this.#engine, url, descriptors, options);
      for (const [index, result] of results.entries()) {
        const { key, resolve, reject } = wanted[index]!;
        if ("error" in result) reject(result.error);
        else {
          this.#inUse.set(key, result.vector);
          resolve(result.vector);
        }
      }
    } catch (error) {
      for (const { reject } of wanted) reject(error);
    }
    this.#forget(request);
  }

  #forget(request: FileRequest): void {
    if (this.#gathering.get(request.url) === request) this.#gathering.delete(request.url);
    for (const { key } of request.wanted) if (this.#coming.get(key)?.request === request) this.#coming.delete(key);
  }
}

/** A request for vectors of one file. */
interface FileRequest {
  readonly url: string;
  readonly wanted: Wanted[];
  readonly shared: SharedRequest;
}

interface Wanted {
  readonly key: string;
  readonly descriptor: DeletionVectorDescriptor;
  readonly resolve: (vector: DeletionVector) => void;
  readonly reject: (error: unknown) => void;
}

/** A vector on its way. */
interface Coming {
  readonly request: FileRequest;
  readonly vector: Promise<DeletionVector>;
}

/** Decoded vectors for as long as somebody else holds them. */
class VectorsInUse {
  readonly #vectors = new Map<string, WeakRef<DeletionVector>>();
  #sweepAt = 64;

  get(key: string): DeletionVector | undefined {
    return this.#vectors.get(key)?.deref();
  }

  set(key: string, vector: DeletionVector): void {
    this.#vectors.set(key, new WeakRef(vector));
    if (this.#vectors.size < this.#sweepAt) return;
    for (const [name, ref] of this.#vectors) if (ref.deref() === undefined) this.#vectors.delete(name);
    this.#sweepAt = Math.max(64, 2 * this.#vectors.size);
  }
}

/** The vector that stands in the log itself. Base85 works on groups of four bytes, so that up to three zeros follow it. */
function inlineVector(descriptor: DeletionVectorDescriptor, path: string): DeletionVector {
  const { pathOrInlineDv, sizeInBytes, cardinality } = descriptor;
  if (pathOrInlineDv === "" && sizeInBytes === 0 && cardinality === 0) return DeletionVector.of([]);
  const bytes = decodeZ85(pathOrInlineDv, path);
  if (!(sizeInBytes > bytes.length - 4 && sizeInBytes <= bytes.length)) {
    throw corruptVector(path, `its text holds ${bytes.length} bytes, but ${sizeInBytes} by the log`);
  }
  return decodeDeletionVector(bytes.subarray(0, sizeInBytes), cardinality, path);
}
