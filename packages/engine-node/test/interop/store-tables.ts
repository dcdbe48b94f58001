import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { python, scriptArguments } from "./python.js";
import type { ReadTable } from "./read-table.js";

const execute = promisify(execFile);
const script = new URL("./store_tables.py", import.meta.url);

/** deltalake, at work on a store with these options. */
export function deltalake(options: Readonly<Record<string, string>>) {
  const run = async (command: string, urls: readonly string[]): Promise<string> => {
    const env = { ...process.env, STORE_OPTIONS: JSON.stringify(options) };
    const limits = { timeout: 240_000, maxBuffer: 64 * 1024 * 1024 };
    return (await execute(python, scriptArguments(script, command, ...urls), { env, ...limits })).stdout;
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
