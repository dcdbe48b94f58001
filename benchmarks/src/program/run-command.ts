import { isDeltaError } from "@asyncdelta/kernel-core";
import { explanation, UsageError } from "./errors.js";

/**
 * Runs a command: reads its arguments, then does its work, or prints the usage for `--help`. Wrong usage is told with the usage and ends in status 2, a
 * failure that its message explains in status 1.
 */
export async function runCommand<O>(
  usage: string,
  args: readonly string[],
  parse: (args: readonly string[]) => O,
  work: (options: O) => Promise<void>,
): Promise<void> {
  if (asksForHelp(args)) {
    console.log(`Usage: ${usage}`);
    return;
  }
  let options: O;
  try {
    options = parse(args);
  } catch (error) {
    // Node's own errors about arguments are TypeErrors with a code; a DeltaError is of a table's URL or of a predicate.
    const isUsage = error instanceof UsageError || /^ERR_PARSE_ARGS/.test(String((error as { code?: string }).code));
    if (!isUsage && !isDeltaError(error)) throw error;
    console.error(`${explanation(error) ?? (error as Error).message}\nUsage: ${usage}`);
    process.exitCode = 2;
    return;
  }
  try {
    await work(options);
  } catch (error) {
    const told = explanation(error);
    if (told === undefined) throw error;
    console.error(told);
    process.exitCode = 1;
  }
}

/** Behind `--` it is a name. */
function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return (end === -1 ? args : args.slice(0, end)).some((arg) => arg === "--help" || arg === "-h");
}
