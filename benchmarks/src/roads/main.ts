import { machineFacts, machineLine } from "../program/machine-facts.js";
import { startProgress } from "../program/progress.js";
import { runCommand } from "../program/run-command.js";
import { compareRoads, runsOf } from "./compare-roads.js";
import { describeComparison } from "./describe.js";
import { parseOptions, USAGE } from "./options.js";

/** Runs the three roads beside each other: a table on standard output, or one JSON document. */
export async function main(args: readonly string[]): Promise<void> {
  await runCommand(USAGE, args, parseOptions, async ({ json, ...options }) => {
    const progress = startProgress(runsOf(options));
    const comparison = await compareRoads(options, progress);
    progress.done();
    if (json) console.log(JSON.stringify({ machine: machineFacts(), ...comparison }));
    else process.stdout.write(`${machineLine(machineFacts())}\n${describeComparison(comparison)}`);
  });
}
