import { shownUrl } from "@asyncdelta/engine-node/trace";

/** Short names of tables by their URLs: the last folder, and as many of those above it as tell it from the other tables. */
export function tableNames(roots: readonly string[]): ReadonlyMap<string, string> {
  const paths = new Map(roots.map((root) => [root, shownUrl(root).replace(/\/+$/, "").split("/")]));
  const ending = (path: readonly string[], length: number): string => path.slice(-length).join("/");
  const names = new Map<string, string>();
  for (const [root, path] of paths) {
    const others = [...paths].filter(([other]) => other !== root).map(([, otherPath]) => otherPath);
    let length = 1;
    const isShared = (): boolean => others.some((other) => ending(other, length) === ending(path, length));
    // Nothing begins within the slashes before the host.
    while (length < path.length && (path.at(-length) === "" || isShared())) length++;
    names.set(root, path.slice(-length).map(decoded).join("/"));
  }
  return names;
}

function decoded(folder: string): string {
  try {
    return decodeURIComponent(folder);
  } catch {
    return folder;
  }
}
