/**
 * What every command of this repository shares: the root, running a program, installing, building. Needs Node and npm
 * alone; pnpm comes through npx in the version that package.json pins. All of it is safe to repeat, and fast then.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { resolve as absolute, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** Scratch space of the commands; git ignores it, and it may be removed at any time. */
export const cache = join(root, ".cache");
/**
 * Real tables with what a right reader finds in them, for the tests that want them; `undefined` where there are none.
 * `ASYNCDELTA_CORPUS` names the folder, else one beside the repository is taken.
 */
export const corpus = [process.env.ASYNCDELTA_CORPUS, join(root, "../shared/corpus")]
  .filter((folder) => folder && existsSync(folder))
  .map((folder) => absolute(folder))[0];

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Node ${process.versions.node} is too old: asyncdelta needs 20.19 or later (https://nodejs.org).`);
  process.exit(1);
}

/** A command that ended badly; its own output has said why. */
export class CommandFailed extends Error {}

/**
 * Runs a program. Its output goes to standard error, so that standard output stays free for a result; `stdout: "inherit"`
 * lets it through, `stdout: "pipe"` returns it (or shows it when the program fails and may not).
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, stdout?: "inherit" | "pipe", stdin?: "inherit", allowFailure?: boolean }} [options]
 * @returns {Promise<{ status: number, stdout: string }>}
 */
export function run(command, args, options = {}) {
  const out = options.stdout === "inherit" ? 1 : options.stdout === "pipe" ? "pipe" : 2;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: { ...process.env, ...options.env },
      stdio: [options.stdin ?? "ignore", out, "inherit"],
      shell: process.platform === "win32" && command !== process.execPath,
    });
    let stdout = "";
    child.stdout?.setEncoding("utf8").on("data", (text) => {
      stdout += text;
    });
    child.on("error", (cause) =>
      reject(new CommandFailed(`${command} cannot be started: ${cause.message}`, { cause })),
    );
    child.on("close", (code, signal) => {
      const status = code ?? 1;
      if (status === 0 || options.allowFailure) resolve({ status, stdout });
      else {
        process.stderr.write(stdout);
        reject(new CommandFailed(`${[command, ...args].join(" ")} ended with ${signal ?? `status ${status}`}`));
      }
    });
  });
}

/** A program that a dependency of the workspace brings. */
export function bin(name) {
  return join(root, "node_modules", ".bin", process.platform === "win32" ? `${name}.cmd` : name);
}

/** pnpm as package.json pins it. */
export async function pnpm(args, options) {
  const { packageManager } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  return run("npx", ["--yes", packageManager, ...args], options);
}

/** The folders of the workspace's packages, as in pnpm-workspace.yaml. */
export async function packages() {
  const found = await readdir(join(root, "packages"), { withFileTypes: true });
  return found.filter((entry) => entry.isDirectory()).map((entry) => join(root, "packages", entry.name));
}

/** Installs the dependencies, unless what decides about them is unchanged since the last time. */
export async function install() {
  const members = [root, ...(await packages()), join(root, "examples"), join(root, "benchmarks")];
  const deciding = [
    join(root, "pnpm-lock.yaml"),
    join(root, "pnpm-workspace.yaml"),
    ...members.map((member) => join(member, "package.json")),
  ];
  const stamp = join(root, "node_modules", ".asyncdelta-install");
  const last = await readFile(stamp, "utf8").catch(() => "");
  if (last === (await digest(deciding))) return;
  console.error("Installing dependencies…");
  await pnpm(["install", "--reporter=append-only", "--config.confirmModulesPurge=false"]);
  await writeFile(stamp, await digest(deciding));
}

async function digest(files) {
  const hash = createHash("sha256");
  for (const file of files) if (existsSync(file)) hash.update(await readFile(file));
  return hash.digest("hex");
}

/** Compiles every package, the examples and the benchmarks into their `dist`; only what has changed is compiled. */
export async function build() {
  await install();
  for (const folder of [...(await packages()), join(root, "benchmarks")]) await removeOrphans(folder);
  await run(bin("tsc"), ["-b", "packages/asyncdelta", "examples", "benchmarks"]);
  const { bundleCommand } = await import("./bundle-command.mjs");
  await bundleCommand();
  const { bundleWorker } = await import("./bundle-worker.mjs");
  await bundleWorker();
}

/** What has no source of its own: the bundled command, and the bundle of worker threads. */
const BUNDLED = /^(cli|pool[/\\]thread)\b/;

/**
 * Removes compiled files whose source is gone: they would be packed, and imports of them would still work.
 */
async function removeOrphans(folder) {
  const dist = join(folder, "dist");
  if (!existsSync(dist)) return;
  for (const entry of await readdir(dist, { recursive: true, withFileTypes: true })) {
    const match = /^(.+?)(\.d)?\.(js|ts)(\.map)?$/.exec(entry.name);
    const parent = entry.parentPath ?? entry.path;
    if (!entry.isFile() || !match || BUNDLED.test(relative(dist, join(parent, entry.name)))) continue;
    const source = join(folder, "src", relative(dist, parent), match[1]);
    if (!existsSync(`${source}.ts`)) await rm(join(parent, entry.name));
  }
}

/** Runs the body of a command: one line on standard error and status 1 if it fails. */
export async function main(body) {
  try {
    await mkdir(cache, { recursive: true });
    process.exitCode = (await body()) ?? 0;
  } catch (error) {
    console.error(error instanceof CommandFailed ? error.message : error);
    process.exitCode = 1;
  }
}
