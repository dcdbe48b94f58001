import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** A program that was installed, or why it could not be. */
export type Installed = { readonly path: string } | { readonly missing: string };

/** Scratch space of the repository's commands, ignored by git. */
const folder = fileURLToPath(new URL("../../../../.cache/servers", import.meta.url));
const execute = promisify(execFile);

/**
 * Builds a Go program, once for each version: `installGo("github.com/versity/versitygw/cmd/versitygw", "v1.8.0")`.
 * Where Go is not on the machine, says so; a build that fails throws.
 */
export async function installGo(packagePath: string, version: string): Promise<Installed> {
  if (!(await runs("go", ["version"]))) return { missing: "Go is not installed" };
  const name = packagePath.slice(packagePath.lastIndexOf("/") + 1);
  const target = join(folder, `${name}-${version}`);
  await installOnce(target, async (unfinished) => {
    const env = { ...process.env, CGO_ENABLED: "0", GOBIN: unfinished };
    await execute("go", ["install", `${packagePath}@${version}`], { env, timeout: installLimitMs });
  });
  return { path: join(target, name) };
}

/**
 * Installs Python packages into an environment of their own: `installPython("moto", ["moto[server]==5.1.0"])`.
 * The path is the interpreter. Where there is no Python with venv, says so.
 */
export async function installPython(name: string, requirements: readonly string[]): Promise<Installed> {
  const python = process.env.ASYNCDELTA_PYTHON ?? "python3";
  if (!(await runs(python, ["-c", "import venv, ensurepip"]))) return { missing: "Python with venv is not installed" };
  const target = join(folder, [name, ...requirements].join("-").replaceAll(/[^\w.-]+/g, "_"));
  // A virtual environment cannot be moved: it is made in place, and counts once it is marked as done.
  await installOnce(join(target, "done"), async (unfinished) => {
    await rm(target, { recursive: true, force: true });
    await execute(python, ["-m", "venv", target]);
    await execute(interpreter(target), ["-m", "pip", "install", "--quiet", ...requirements], {
      timeout: installLimitMs,
    });
    await mkdir(unfinished, { recursive: true });
  });
  return { path: interpreter(target) };
}

/** Installs npm packages beside each other; the path is the folder that holds `node_modules`. */
export async function installNpm(name: string, packages: readonly string[]): Promise<Installed> {
  const target = join(folder, [name, ...packages].join("-").replaceAll(/[^\w.-]+/g, "_"));
  await installOnce(target, async (unfinished) => {
    await mkdir(unfinished, { recursive: true });
    await writeFile(join(unfinished, "package.json"), '{ "private": true }\n');
    const args = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", unfinished, ...packages];
    await execute("npm", args, { timeout: installLimitMs, shell: process.platform === "win32" });
  });
  return { path: target };
}

const installLimitMs = 540_000;

/**
 * Makes `target` by `install`, which fills a folder that then takes this name: an installation that broke off is not
 * taken for a whole one. Test files run side by side, so one installs and the others wait.
 */
async function installOnce(target: string, install: (unfinished: string) => Promise<void>): Promise<void> {
  await mkdir(folder, { recursive: true });
  const release = await lock(`${target.replace(/[/\\]done$/, "")}.lock`);
  try {
    if (existsSync(target)) return;
    const unfinished = `${target}.${process.pid}`;
    await install(unfinished);
    await rename(unfinished, target);
  } finally {
    await release();
  }
}

async function lock(path: string): Promise<() => Promise<void>> {
  for (;;) {
    try {
      await writeFile(path, String(process.pid), { flag: "wx" });
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const holder = Number(await readFile(path, "utf8").catch(() => ""));
    // Empty while it is being written.
    if (holder !== 0 && !isAlive(holder)) await rm(path, { force: true });
    else await sleep(100);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function runs(command: string, args: readonly string[]): Promise<boolean> {
  return execute(command, [...args]).then(
    () => true,
    () => false,
  );
}

function interpreter(venv: string): string {
  return join(venv, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
}
