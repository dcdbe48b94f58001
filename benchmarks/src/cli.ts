import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { tuneForReading } from "@asyncdelta/engine-node/tune";

/** `node benchmarks/dist/cli.js COMMAND …`: measurements of this library, beside its peers and beside itself. */
const commands: Readonly<Record<string, () => Promise<{ main(args: readonly string[]): Promise<void> }>>> = {
  anchor: () => tuned(() => import("./anchor/main.js")),
  parallel: () => import("./parallel/main.js"),
  tables: () => import("./tables/main.js"),
  report: () => import("./report/main.js"),
  gate: () => import("./gate/main.js"),
  rsa: () => import("./rsa/main.js"),
  roads: () => import("./roads/main.js"),
};

// A reader that has had enough, as `head`, is no failure. What has been started ends with this process.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  console.error(`Standard output cannot be written: ${error.message}`);
  process.exit(1);
});

const [name = "", ...args] = process.argv.slice(2);
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
const usage = `Usage: node benchmarks/dist/cli.js ${Object.keys(commands).join("|")} …
COMMAND --help says what it takes; see also docs/benchmarks.md.`;
if (name === "--help" || name === "-h") {
  console.log(usage);
} else if (command === undefined) {
  console.error(name === "" ? usage : `There is no command '${name}'.\n${usage}`);
  process.exitCode = 2;
} else {
  await (await command()).main(args);
}

/**
 * Loads with V8 told that the program reads, and with all functions compiled from here on: the time of an anchor begins after loading,
 * and the peers' programs are compiled by then. `preload` does so too, but for what it loads itself.
 */
function tuned<T>(load: () => Promise<T>): Promise<T> {
  tuneForReading({ once: readsOnce() });
  setFlagsFromString("--no-lazy");
  return load();
}

/** Whether there is one iteration, before anything that reads the options properly is loaded. */
function readsOnce(): boolean {
  const repeat = { type: "string", default: "1" } as const;
  const { values } = parseArgs({ args, options: { repeat }, strict: false, allowPositionals: true });
  return Number(values.repeat) === 1;
}
