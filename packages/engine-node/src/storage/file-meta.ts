import { type Stats, stat } from "node:fs";
import type { ObjectMeta } from "@asyncdelta/kernel-core";

/** What a listing tells of a file. */
export function metaOf(url: string, stats: Stats): ObjectMeta {
  return { url, size: stats.size, lastModified: Math.floor(stats.mtimeMs), etag: etagOf(stats) };
}

/** Another one whenever the file is replaced (another inode), or is written to (another time or size). */
export function etagOf({ ino, size, mtimeMs }: Stats): string {
  return `"${ino}-${size}-${mtimeMs}"`;
}

/** Follows symbolic links. */
export function statFile(path: string): Promise<Stats> {
  return new Promise((resolve, reject) => {
    stat(path, (error, stats) => (error ? reject(error) : resolve(stats)));
  });
}
