import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { ReadTable } from "./read-table.js";

const execute = promisify(execFile);
const script = fileURLToPath(new URL("./store_tables.py", import.meta.url));

/** deltalake, at work on a store with these options. */
export function deltalake(options: Readonly<Record<string, string>>) {
  const run = async (command: string, urls: readonly string[]): Promise<string> => {
    const python = process.env.ASYNCDELTA_PYTHON ?? "python3";
    const env = { ...process.env, STORE_OPTIONS: JSON.stringify(options) };
    const limits = { timeout: 240_000, maxBuffer: 64 * 1024 * 1024 };
    return (await execute(python, [script, command, ...urls], { env, ...limits })).stdout;
  };
  return {
    /** Writes the tables that `store_tables.py` knows by the last segments of these URLs. */
    async write(urls: readonly string[]): Promise<void> {
      await run("write", urls);
    },
    async read(urls: readonly string[]): Promise<ReadTable[]> {
      const lines = (await run("read", urls)).trim().split("\n");
      return lines.map((line) => JSON.parse(line) as ReadTable);
    },
  };
}
