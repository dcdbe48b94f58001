import { machineFacts, machineLine } from "../program/machine-facts.js";
import { startProgress } from "../program/progress.js";
import { runCommand } from "../program/run-command.js";
import { shortNumber, spreadText } from "../program/statistics.js";
import { textTable } from "../program/text-table.js";
import { casesOf, commandsOf, compareCheckouts, type GateFigure, prepareTables } from "./compare-checkouts.js";
import { parseOptions, USAGE } from "./options.js";

/** Holds this checkout beside another. Status 1 if it has become slower somewhere. */
export async function main(args: readonly string[]): Promise<void> {
  await runCommand(USAGE, args, parseOptions, async (options) => {
    // Tables take minutes: first that there is something to compare.
    commandsOf(options);
    await prepareTables(options);
    const progress = startProgress(casesOf(options).length * options.repeat);
    const figures = await compareCheckouts(options, progress);
    progress.done();
    if (options.json) console.log(JSON.stringify({ machine: machineFacts(), ...options, figures }));
    else process.stdout.write(`${machineLine(machineFacts())}\n${describe(figures)}`);
    if (figures.some(({ isSlower }) => isSlower)) process.exitCode = 1;
  });
}

function describe(figures: readonly GateFigure[]): string {
  const header = ["table and operation", "this, ms", "other, ms", "ratio", ""];
  const rows = figures.map(({ table, operation, own, other, ratio, isSlower }) => [
    `${table}: ${operation}`,
    spreadText(own, shortNumber),
    spreadText(other, shortNumber),
    spreadText(ratio, (value) => value.toFixed(2)),
    isSlower ? "SLOWER" : "",
  ]);
  const mean = Math.exp(figures.reduce((sum, { ratio }) => sum + Math.log(ratio.median), 0) / figures.length);
  const slower = figures.filter(({ isSlower }) => isSlower).length;
  return `${textTable([header, ...rows])}\nGeometric mean of the ratios: ${mean.toFixed(2)}; below 1 this checkout is faster. ${
    slower === 0 ? "Nothing has become slower." : `${slower} of ${figures.length} have become slower.`
  }\n`;
}
