import { type ChildProcess, execFile, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { UsageError } from "../../src/program/errors.js";

export const CLI: string = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
export const TRIPS: string = fileURLToPath(new URL("../../../examples/tables/trips", import.meta.url));

/** Whether a parser refuses its arguments in the way that ends in the usage. Another error is thrown on. */
export function isRefused(parse: () => unknown): boolean {
  try {
    parse();
    return false;
  } catch (error) {
    if (error instanceof UsageError || /^ERR_PARSE_ARGS/.test(String((error as { code?: string }).code))) return true;
    throw error;
  }
}

export interface Ran {
  readonly status: number | string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the benchmark command and waits for its end. */
export function bench(...args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], { maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : (error.code ?? null), stdout, stderr });
    });
  });
}

/** Starts the benchmark command; resolves at the first word of its progress. */
export function startBench(...args: readonly string[]): Promise<ChildProcess> {
  return startBenchIn({}, ...args);
}

/** The same with environment variables. */
export async function startBenchIn(env: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, [CLI, ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  await new Promise((resolve) => child.stderr!.once("data", resolve));
  return child;
}

/** The processes that a process has started and that live (Linux). */
export function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return text === "" ? [] : text.split(" ").map(Number);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
