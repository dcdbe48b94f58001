import type { Engine } from "../engine/engine.js";
import type { StorageOptions } from "../engine/storage.js";
import { isDeltaError } from "../errors.js";

/** What `_last_checkpoint` points at. A hint: it may be stale, wrong or gone. PROTOCOL.md, "Last Checkpoint File". */
export interface LastCheckpoint {
  readonly version: number;
  /** How many parts a multi-part checkpoint has. */
  readonly parts?: number;
  /** Bytes of the checkpoint, without its sidecars. */
  readonly sizeInBytes?: number;
  /** Name of a UUID-named checkpoint. */
  readonly path?: string;
}

/** Reads the hint. One that is absent or makes no sense is `undefined`, never an error. */
export async function readLastCheckpoint(
  engine: Engine,
  logRoot: string,
  options: StorageOptions,
): Promise<LastCheckpoint | undefined> {
  const url = `${logRoot}_last_checkpoint`;
  try {
    const bytes = await engine.storage.read(url, options);
    const [hint] = await engine.json.parseLines(bytes, { path: url, ...options });
    if (hint === undefined) return undefined;
    const version = naturalNumber(hint.version);
    if (version === undefined) return undefined;
    const v2 = hint.v2Checkpoint as { path?: unknown; sizeInBytes?: unknown } | null | undefined;
    const parts = naturalNumber(hint.parts);
    const sizeInBytes = naturalNumber(v2 ? v2.sizeInBytes : hint.sizeInBytes);
    return {
      version,
      ...(parts === undefined ? {} : { parts }),
      ...(sizeInBytes === undefined ? {} : { sizeInBytes }),
      ...(typeof v2?.path === "string" ? { path: v2.path } : {}),
    };
  } catch (error) {
    if (isDeltaError(error, "FILE_NOT_FOUND") || isDeltaError(error, "LOG_CORRUPT")) return undefined;
    throw error;
  }
}

function naturalNumber(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined;
}
