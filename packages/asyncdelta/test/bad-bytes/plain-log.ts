/** A live file as the log's JSON says it, read plainly. */
export interface PlainFile {
  /** Decoded. */
  readonly path: string;
  readonly deleted: number;
}

/** The files of a version, by path and deletion vector. */
export type PlainFiles = ReadonlyMap<string, PlainFile>;

/**
 * Replays commits over files as an unassuming reader would: line by line, with JSON.parse, the later action wins. Shares
 * no code with the library. Gives `undefined` for commits that are no lines of JSON objects, or whose actions lack their fields.
 */
export function replayPlainly(start: PlainFiles, commits: readonly Uint8Array[]): PlainFiles | undefined {
  const files = new Map(start);
  for (const bytes of commits) {
    const actions = plainActions(bytes);
    if (actions === undefined) return undefined;
    for (const { add, remove } of actions) {
      for (const [action, live] of [[remove, false] as const, [add, true] as const]) {
        if (action === undefined || action === null) continue;
        const file = plainFile(action);
        if (file === undefined) return undefined;
        if (live) files.set(file.key, file);
        else files.delete(file.key);
      }
    }
  }
  return files;
}

type PlainAction = Readonly<Record<string, unknown>>;

/** The lines of a file of actions; `undefined` if it is none. */
export function plainActions(bytes: Uint8Array): PlainAction[] | undefined {
  try {
    const lines = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes).split("\n");
    const actions = lines.filter((line) => line.trim() !== "").map((line) => JSON.parse(line) as PlainAction);
    return actions.every((action) => typeof action === "object" && action !== null && !Array.isArray(action))
      ? actions
      : undefined;
  } catch {
    return undefined;
  }
}

export function plainFile(action: unknown): (PlainFile & { readonly key: string }) | undefined {
  const { path, deletionVector: vector } = action as {
    path?: unknown;
    deletionVector?: Record<string, unknown> | null;
  };
  if (typeof path !== "string") return undefined;
  const decoded = decodedPath(path);
  if (vector === undefined || vector === null) return { key: decoded, path: decoded, deleted: 0 };
  const { storageType, pathOrInlineDv, offset, cardinality } = vector;
  const key = `${decoded}\0${storageType}${pathOrInlineDv}${offset === undefined || offset === null ? "" : `@${offset}`}`;
  return { key, path: decoded, deleted: Number(cardinality) };
}

export function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
