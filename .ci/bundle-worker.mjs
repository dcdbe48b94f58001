/**
 * Bundles what worker threads run: `thread.js`, and beside it in `thread/` what it loads when needed, once for the engine and
 * once for the command. As 350 modules, a thread that selects rows took 200 ms to load them, now 25
 * (docs/decisions/012-worker-pool.md). What is used of apache-arrow goes in, since it is half of that; see NOTICE.
 * Needs the compiled packages.
 */
import { readdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const packages = fileURLToPath(new URL("../packages", import.meta.url));
const INSIDE = /^(@asyncdelta\/|apache-arrow|flatbuffers|tslib)/;
const BANNER =
  "/*! Has parts of apache-arrow and flatbuffers (Apache-2.0, see NOTICE), and of tslib (0BSD, Microsoft Corporation). */";

export async function bundleWorker() {
  const bundle = await rolldown({
    input: { thread: join(packages, "engine-node/dist/pool/worker.js") },
    platform: "node",
    external: (id) => /^[^./]/.test(id) && !INSIDE.test(id) && resolve(id) !== id,
    logLevel: "warn",
  });
  for (const dir of [join(packages, "engine-node/dist/pool"), join(packages, "asyncdelta/dist/cli")]) {
    const { output } = await bundle.write({
      dir,
      entryFileNames: "[name].js",
      chunkFileNames: "thread/[name]-[hash].js",
      banner: ({ moduleIds }) => (moduleIds.some((id) => /apache-arrow|flatbuffers/.test(id)) ? BANNER : ""),
    });
    // Old chunks go last, so that a thread that starts meanwhile finds its own.
    const written = new Set(output.map(({ fileName }) => fileName));
    for (const name of await readdir(join(dir, "thread"))) {
      if (!written.has(`thread/${name}`)) await rm(join(dir, "thread", name), { force: true });
    }
  }
  await bundle.close();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundleWorker();
