import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { type MemoryStorage, memoryStorage } from "@asyncdelta/kernel-core/testing";

/** What a file is to its table. */
export type FileKind =
  | "commit"
  | "compaction"
  | "checkpoint"
  | "json checkpoint"
  | "sidecar"
  | "checksum"
  | "hint"
  | "vector"
  | "change"
  | "data";

export interface TableFile {
  readonly url: string;
  readonly kind: FileKind;
  /** Of the log's files that have one. */
  readonly version: number;
  readonly bytes: Uint8Array;
}

/** A small table in memory, of which one file at a time is damaged. */
export interface BadTable {
  readonly name: string;
  readonly url: string;
  readonly storage: MemoryStorage;
  readonly files: readonly TableFile[];
  /** The pages of its data file have checksums. */
  readonly checked: boolean;
}

/** The time of every file, damaged or not: later than no commit. */
const MODIFIED = 1_772_000_000_000;

/** A table of these files, by their paths below its root, encoded as in a URL. */
export function badTable(
  name: string,
  contents: ReadonlyMap<string, Uint8Array>,
  { checked = false }: { readonly checked?: boolean } = {},
): BadTable {
  const storage = memoryStorage();
  const url = `file:///bad-bytes/${name}/`;
  const files: TableFile[] = [];
  for (const [path, content] of [...contents].sort(([a], [b]) => (a < b ? -1 : 1))) {
    // A Buffer's slices are no copies.
    const bytes = new Uint8Array(content);
    storage.set(url + path, bytes, { lastModified: MODIFIED });
    const kind = kindOf(path);
    const version = Number(/(?:^|\/)(\d{20})\.[^/]*$/.exec(path)?.[1] ?? -1);
    if (kind !== undefined && bytes.length > 0) files.push({ url: url + path, kind, version, bytes });
  }
  return { name, url, storage, files, checked };
}

/** A table on disk, in memory. */
export async function loadTable(name: string, folder: string): Promise<BadTable> {
  const contents = new Map<string, Uint8Array>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    contents.set(relative(folder, file).split(sep).map(encodeURIComponent).join("/"), await readFile(file));
  }
  return badTable(name, contents);
}

/** Writes a table's files into a folder. */
export async function copyTable({ storage, url }: BadTable, folder: string): Promise<void> {
  for (const file of storage.urls()) {
    const path = join(folder, decodeURIComponent(file.slice(url.length)));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, await storage.read(file));
  }
}

/** Reads a table while one of its files has other bytes. */
export async function whileDamaged<T>(
  { storage }: BadTable,
  file: TableFile,
  bytes: Uint8Array,
  use: () => Promise<T>,
): Promise<T> {
  storage.set(file.url, bytes, { lastModified: MODIFIED });
  try {
    return await use();
  } finally {
    storage.set(file.url, file.bytes, { lastModified: MODIFIED });
  }
}

function kindOf(path: string): FileKind | undefined {
  const [, name] = /^_delta_log\/(.*)$/.exec(path) ?? [];
  if (name !== undefined) {
    if (/^_sidecars\/[^/]*\.parquet$/.test(name)) return "sidecar";
    if (/^\d{20}\.json$/.test(name)) return "commit";
    if (/^\d{20}\.\d{20}\.compacted\.json$/.test(name)) return "compaction";
    if (/^\d{20}\.checkpoint\.[^/]*json$/.test(name)) return "json checkpoint";
    if (/^\d{20}\.checkpoint\.[^/]*parquet$/.test(name)) return "checkpoint";
    if (/^\d{20}\.crc$/.test(name)) return "checksum";
    return name === "_last_checkpoint" ? "hint" : undefined;
  }
  if (path.startsWith("_change_data/")) return "change";
  if (/deletion_vector_[^/]*\.bin$/.test(path)) return "vector";
  return path.endsWith(".parquet") ? "data" : undefined;
}
