/**
 * Bundles the command: `packages/asyncdelta/dist/cli.js`, and beside it in `cli/` what it loads when needed. As some 250
 * modules, starting it took twice as long as opening a small table (docs/decisions/030-command-line.md). Only this
 * repository's own code goes in; what others wrote stays a dependency. Needs the compiled packages.
 */
import { readdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const packages = fileURLToPath(new URL("../packages", import.meta.url));

export async function bundleCommand() {
  const dist = join(packages, "asyncdelta/dist");
  const bundle = await rolldown({
    input: { cli: join(packages, "asyncdelta/dist/command/main.js") },
    platform: "node",
    external: (id) => /^[^./]/.test(id) && !id.startsWith("@asyncdelta/") && resolve(id) !== id,
    logLevel: "warn",
  });
  const { output } = await bundle.write({
    dir: dist,
    entryFileNames: "[name].js",
    chunkFileNames: "cli/[name]-[hash].js",
  });
  await bundle.close();
  // Old chunks go last, so that a command that starts meanwhile finds its own.
  const written = new Set(output.map(({ fileName }) => fileName));
  for (const name of await readdir(join(dist, "cli"))) {
    if (!written.has(`cli/${name}`) && !/^thread\b/.test(name)) await rm(join(dist, "cli", name), { force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundleCommand();
