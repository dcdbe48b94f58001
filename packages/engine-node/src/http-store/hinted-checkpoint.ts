import { isDeltaError, type Storage } from "@asyncdelta/kernel-core";

/** The checkpoint that `_last_checkpoint` names. PROTOCOL.md, "Last Checkpoint File". */
export interface HintedCheckpoint {
  readonly version: number;
  /** How many parts a multi-part checkpoint has. */
  readonly parts?: number | undefined;
  /** Name of a UUID-named checkpoint. */
  readonly path?: string | undefined;
}

const MOST_PARTS = 10_000;

/** Reads the hint; one that is absent or makes no sense is `undefined`. */
export async function hintedCheckpoint(
  storage: Storage,
  directory: string,
  signal: AbortSignal | undefined,
): Promise<HintedCheckpoint | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await storage.read(`${directory}_last_checkpoint`, { signal });
  } catch (error) {
    if (isDeltaError(error, "FILE_NOT_FOUND")) return undefined;
    throw error;
  }
  try {
    const { version, parts, v2Checkpoint } = JSON.parse(new TextDecoder().decode(bytes));
    if (!Number.isSafeInteger(version) || version < 0) return undefined;
    const hasParts = Number.isSafeInteger(parts) && parts >= 1 && parts <= MOST_PARTS;
    const path: unknown = v2Checkpoint?.path;
    const hasPath = typeof path === "string" && /^\d{20}\.checkpoint\.[\w-]+\.(?:parquet|json)$/.test(path);
    return { version, ...(hasParts ? { parts } : {}), ...(hasPath ? { path: path as string } : {}) };
  } catch {
    return undefined;
  }
}

/** The names of a checkpoint's files, in their order. */
export function checkpointNames({ version, parts, path }: HintedCheckpoint): readonly string[] {
  if (path !== undefined) return [path];
  const digits = (number: number, length: number) => String(number).padStart(length, "0");
  const start = `${digits(version, 20)}.checkpoint`;
  if (parts === undefined) return [`${start}.parquet`];
  return Array.from({ length: parts }, (_, i) => `${start}.${digits(i + 1, 10)}.${digits(parts, 10)}.parquet`);
}
