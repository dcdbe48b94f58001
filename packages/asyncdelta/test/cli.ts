import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The command as it is compiled; what users start is bundled from it, see `bundle.test.ts`. */
export const CLI: string = fileURLToPath(new URL("../dist/command/main.js", import.meta.url));
/** The command as users start it. */
export const BUNDLED: string = fileURLToPath(new URL("../bin/asyncdelta.js", import.meta.url));
export const PACKAGE: string = fileURLToPath(new URL("..", import.meta.url));
export const TRIPS: string = fileURLToPath(new URL("../../../examples/tables/trips", import.meta.url));
export const READINGS: string = fileURLToPath(new URL("../../../examples/tables/readings", import.meta.url));

export interface Result {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs a program with Node to its end. */
export function node(
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: options.cwd ?? PACKAGE,
      env: { ...process.env, NO_COLOR: undefined, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk) => stdout.push(chunk));
    child.stderr.on("data", (chunk) => stderr.push(chunk));
    child.on("error", reject);
    child.on("close", (status, signal) =>
      resolve({ status, signal, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() }),
    );
  });
}

/** Runs the command to its end. */
export function asyncdelta(...args: readonly string[]): Promise<Result> {
  return node([CLI, ...args]);
}

/** Standard output of a call that must succeed, and say nothing on standard error. */
export async function printed(...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await asyncdelta(...args);
  if (status !== 0 || stderr !== "") throw new Error(`status ${status}: ${stderr}`);
  return stdout.toString();
}
