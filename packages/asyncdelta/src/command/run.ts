import { writeSync } from "node:fs";
import { isDeltaError } from "@asyncdelta/kernel-core";
import { OutputClosed, standardOutput } from "./output.js";
import { parseCommandLine } from "./parse-command-line.js";
import { UsageError } from "./usage-error.js";

/** Runs the command and sets the exit status: 0, 1 for an error, 2 for wrong usage. */
export function run(args: readonly string[]): void {
  process.on("uncaughtException", (error) => {
    fail(error);
    process.exit();
  });
  call(args).catch(fail);
}

async function call(args: readonly string[]): Promise<void> {
  const line = parseCommandLine(args);
  const output = standardOutput();
  switch (line.kind) {
    case "help":
      return output.write((await import("./help.js")).HELP);
    case "program version":
      return output.write(`${(await import("./program-version.js")).programVersion()}\n`);
    case "call": {
      const command = await line.entry.load();
      const { trace: file } = line.options;
      if (file === undefined) return command(line.location, line.options, output);
      const { trace } = await import("../trace.js");
      const title = `asyncdelta ${line.name} ${line.location}`;
      return trace(file, () => command(line.location, line.options, output), { title });
    }
    default:
      return line satisfies never;
  }
}

/** One line on standard error, and the exit status. */
function fail(error: unknown): void {
  if (error instanceof OutputClosed) return;
  process.exitCode = error instanceof UsageError ? 2 : 1;
  const text = (error instanceof Error ? error.message : String(error)).replaceAll(/\s*[\r\n]\s*/g, " ");
  const line = `asyncdelta: ${withHint(text, error)}\n`;
  try {
    writeSync(2, line);
  } catch {
    // Nobody listens.
  }
}

/** Messages of others end like a sentence, which goes on here. */
function withHint(text: string, error: unknown): string {
  if (error instanceof UsageError) return `${text.replace(/\.$/, "")}; see asyncdelta --help`;
  return isDeltaError(error) ? `${text} (${error.code})` : text;
}
