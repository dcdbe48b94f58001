import { readdir } from "node:fs";
import { join } from "node:path";
import {
  compareNames,
  type ListOptions,
  type ObjectMeta,
  type StorageOptions,
  throwIfAborted,
} from "@asyncdelta/kernel-core";
import { fileError, isAbsent } from "./file-error.js";
import { metaOf, statFile } from "./file-meta.js";
import { childUrl, directoryPathOf } from "./file-url.js";
import { isTemporary } from "./temporary-name.js";

const PAGE = 1000;
/** Enough to keep libuv's threads busy. */
const STATS_AT_ONCE = 16;

/** `Storage.list` for local files. */
export async function* listDirectory(
  directory: string,
  { startAfter, names: known, signal }: ListOptions,
): AsyncGenerator<readonly ObjectMeta[], void, undefined> {
  const path = directoryPathOf(directory);
  throwIfAborted(signal);
  const names = inOrder(known ?? (await allNamesIn(path, directory)), startAfter);
  const pageFrom = (from: number) => statNames(path, directory, names.slice(from, from + PAGE), signal);

  let pending = pageFrom(0);
  try {
    for (let from = 0; from < names.length; from += PAGE) {
      const page = await pending;
      pending = pageFrom(from + PAGE);
      // Its failure is thrown when its turn comes.
      pending.catch(() => {});
      if (page.length > 0) yield page;
    }
    await pending;
  } finally {
    await pending.catch(() => {});
  }
}

/** `Storage.names` for local files. */
export async function namesInDirectory(directory: string, { signal }: StorageOptions): Promise<readonly string[]> {
  const path = directoryPathOf(directory);
  throwIfAborted(signal);
  const names = await allNamesIn(path, directory);
  throwIfAborted(signal);
  return names;
}

/** Names after `startAfter`, in the order of a listing. What they are names of is asked with their sizes. */
function inOrder(all: readonly string[], startAfter: string | undefined): string[] {
  const names = (startAfter === undefined ? all : namesBehind(startAfter, all)).filter((name) => !isTemporary(name));
  names.sort();
  // The built-in order, by UTF-16 units, is the fast one, and differs only where there are surrogates.
  return names.some((name) => /[\ud800-\udfff]/.test(name)) ? names.sort(compareNames) : names;
}

function namesBehind(bound: string, names: readonly string[]): readonly string[] {
  // To what stands below all surrogates both orders agree.
  if (/^[^\ud800-\uffff]*$/.test(bound)) return names.filter((name) => name > bound);
  return names.filter((name) => compareNames(name, bound) > 0);
}

function allNamesIn(path: string, directory: string): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    readdir(path, (error, names) => {
      if (error === null) resolve(names);
      else if (isAbsent(error)) resolve([]);
      else reject(fileError(error, directory));
    });
  });
}

/** Leaves out what is no file or has gone since the names were read. */
async function statNames(
  path: string,
  directory: string,
  names: readonly string[],
  signal: AbortSignal | undefined,
): Promise<readonly ObjectMeta[]> {
  const metas = new Array<ObjectMeta | undefined>(names.length);
  let next = 0;
  const lane = async () => {
    while (next < names.length) {
      throwIfAborted(signal);
      const at = next++;
      const name = names[at]!;
      const url = childUrl(directory, name);
      try {
        const stats = await statFile(join(path, name));
        if (stats.isFile()) metas[at] = metaOf(url, stats);
      } catch (error) {
        if (!isGone(error)) throw fileError(error, url);
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: STATS_AT_ONCE }, lane));
  for (const result of lanes) if (result.status === "rejected") throw result.reason;
  throwIfAborted(signal);
  return metas.filter((meta) => meta !== undefined);
}

/** A link that leads nowhere or in a circle is as good as none. */
function isGone(error: unknown): boolean {
  return isAbsent(error) || (error as NodeJS.ErrnoException).code === "ELOOP";
}
