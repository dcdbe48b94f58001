import { fileURLToPath } from "node:url";

const PEER = fileURLToPath(new URL("../../../../.ci/peer.py", import.meta.url));

/** The Python that has pyarrow and deltalake. */
export const python: string = process.env.ASYNCDELTA_PYTHON ?? "python3";

/**
 * Arguments for {@link python} to run a script (a URL or path of a file) with. By `.ci/peer.py`: what crashes at the
 * interpreter's end, when the script has ended well, is no failure of the script.
 */
export function scriptArguments(script: URL | string, ...args: readonly string[]): string[] {
  return [PEER, typeof script === "string" ? script : fileURLToPath(script), ...args];
}
