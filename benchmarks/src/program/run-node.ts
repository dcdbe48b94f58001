import { spawn } from "node:child_process";
import { endWithParent } from "./child.js";
import { CommandFailed } from "./errors.js";

/**
 * Runs a program with Node to its end and gives its standard output. It ends with this process.
 *
 * @throws CommandFailed if the program fails, with what it said
 */
export function runNode(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    endWithParent(child);
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (status, signal) => {
      if (status === 0) resolve(stdout);
      else
        reject(new CommandFailed(`${args.join(" ")} ended with ${signal ?? `status ${status}`}:\n${stderr.trimEnd()}`));
    });
  });
}
