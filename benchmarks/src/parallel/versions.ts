import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The version of an installed dependency, from its own manifest, which not every package exports. */
export function packageVersion(name: string): string {
  for (let folder = dirname(fileURLToPath(import.meta.resolve(name))); ; folder = dirname(folder)) {
    try {
      const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      if (manifest.name === name) return manifest.version;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
    if (folder === dirname(folder)) throw new Error(`${name} has no package.json`);
  }
}

/** What a figure is worth nothing without. */
export function machine(): string {
  const [cpu] = cpus();
  return `Node ${process.versions.node}, V8 ${process.versions.v8}, ${cpus().length} × ${cpu?.model.trim() ?? "unknown CPU"}`;
}
