import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { runParallelBenchmark } from "./benchmark.js";
import { markdown, standing } from "./report.js";
import { machine } from "./versions.js";

const usage = `Usage: parallel [--items 100000] [--widths 1,8,64] [--rounds 5] [--iterations 3] [--cpu] [--json]
Measures parallelMap beside a bare ring of promises and its peers. --cpu counts processor time, for a busy machine. Exit status 1 if the target is missed.`;

/** The benchmark's command line: a table on standard output, or one JSON line a setting; progress on standard error. */
export async function main(args: readonly string[]): Promise<void> {
  const options = parse(args);
  if (options === undefined) {
    console.error(usage);
    process.exitCode = 2;
    return;
  }
  console.error(machine());
  const settings = await runParallelBenchmark({
    ...options,
    onSetting: (setting) => {
      const { ofRing, ofFastestPeer, met } = standing(setting);
      console.error(
        `${setting.source}, ${setting.width}: ${ofRing.toFixed(2)} × the bare ring, ` +
          `the fastest peer takes ${ofFastestPeer.toFixed(2)} × as long: ${met ? "met" : "MISSED"}`,
      );
      if (options.json) console.log(JSON.stringify({ ...setting, machine: machine() }));
    },
  });
  if (!options.json) console.log(markdown(settings));
  if (!settings.every((setting) => standing(setting).met)) process.exitCode = 1;
}

interface Options {
  readonly items: number;
  readonly widths: readonly number[];
  readonly rounds: number;
  readonly iterations: number;
  readonly clock: "wall" | "cpu";
  readonly json: boolean;
}

/** The options, or undefined where they are not understood. */
function parse(args: readonly string[]): Options | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        items: { type: "string", default: "100000" },
        widths: { type: "string", default: "1,8,64" },
        rounds: { type: "string", default: "5" },
        iterations: { type: "string", default: "3" },
        cpu: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
      },
    });
    const counts = {
      items: Number(values.items),
      rounds: Number(values.rounds),
      iterations: Number(values.iterations),
    };
    const widths = values.widths.split(",").map(Number);
    if (![...Object.values(counts), ...widths].every((count) => Number.isSafeInteger(count) && count > 0)) return;
    return { ...counts, widths, clock: values.cpu ? "cpu" : "wall", json: values.json };
  } catch {
    return undefined;
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(process.argv.slice(2));
}
