import { machineFacts, machineLine } from "../program/machine-facts.js";
import { startProgress } from "../program/progress.js";
import { runCommand } from "../program/run-command.js";
import { compareKeys, runsOf } from "./compare-keys.js";
import { describeKeys } from "./describe.js";
import { parseOptions, USAGE } from "./options.js";

/** Does an asynchronous runtime use all cores for work on the processor? A table, or one JSON document. */
export async function main(args: readonly string[]): Promise<void> {
  await runCommand(USAGE, args, parseOptions, async ({ json, ...options }) => {
    const progress = startProgress(runsOf(options));
    const figures = await compareKeys(options, progress);
    progress.done();
    if (json) console.log(JSON.stringify({ machine: machineFacts(), ...options, figures }));
    else process.stdout.write(`${machineLine(machineFacts())}\n${describeKeys(options, figures)}`);
  });
}
