import { setFlagsFromString } from "node:v8";

let loading = 0;

/**
 * Loads modules with all of their functions compiled, and not each at its first call: a little more to load, and half of the
 * time of the first use. Holds for whatever the process loads meanwhile; what has been loaded before stays as it is.
 */
export async function compileWholly<T>(load: () => Promise<T>): Promise<T> {
  if (loading++ === 0) setFlagsFromString("--no-lazy");
  try {
    return await load();
  } finally {
    if (--loading === 0) setFlagsFromString("--lazy");
  }
}
