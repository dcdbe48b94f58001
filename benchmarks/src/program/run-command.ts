import { isDeltaError } from "@asyncdelta/kernel-core";
import { explanation, UsageError } from "./errors.js";

/** How a command ends that was interrupted, as shells count it. */
const INTERRUPTED = 130;

/**
 * Runs a command: reads its arguments, then does its work. Wrong usage is told with the usage and ends in status 2, a
 * failure that its message explains ends in status 1; an interrupt (Ctrl-C) ends the process at once, and with it the
 * processes that it has started.
 */
export async function runCommand<O>(
  usage: string,
  args: readonly string[],
  parse: (args: readonly string[]) => O,
  work: (options: O) => Promise<void>,
): Promise<void> {
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
  const interrupt = (): void => process.exit(INTERRUPTED);
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  try {
    await work(options);
  } catch (error) {
    const told = explanation(error);
    if (told === undefined) throw error;
    console.error(told);
    process.exitCode = 1;
  } finally {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
}
