import { pathToFileURL } from "node:url";
import { runCommand } from "../program/run-command.js";
import { runParallelBenchmark } from "./benchmark.js";
import { parseOptions, USAGE } from "./options.js";
import { markdown, standing } from "./report.js";
import { machine } from "./versions.js";

/** The benchmark's command line: a table on standard output, or one JSON line a setting; progress on standard error. */
export async function main(args: readonly string[]): Promise<void> {
  await runCommand(USAGE, args, parseOptions, async ({ json, ...options }) => {
    console.error(machine());
    const settings = await runParallelBenchmark({
      ...options,
      onSetting: (setting) => {
        const { ofRing, ofFastestPeer, met } = standing(setting);
        console.error(
          `${setting.source}, ${setting.width}: ${ofRing.toFixed(2)} × the bare ring, ` +
            `the fastest peer takes ${ofFastestPeer.toFixed(2)} × as long: ${met ? "met" : "MISSED"}`,
        );
        if (json) console.log(JSON.stringify({ ...setting, machine: machine() }));
      },
    });
    if (!json) console.log(markdown(settings));
    if (!settings.every((setting) => standing(setting).met)) process.exitCode = 1;
  });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(process.argv.slice(2));
}
