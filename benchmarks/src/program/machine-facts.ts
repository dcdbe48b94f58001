import { createRequire } from "node:module";
import { arch, cpus, platform, release, totalmem } from "node:os";
import { packageVersion } from "../parallel/versions.js";

/** What a figure is worth nothing without. */
export interface MachineFacts {
  readonly program: string;
  readonly node: string;
  readonly v8: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryMib: number;
  readonly system: string;
  /** Versions of what does the work. */
  readonly packages: Readonly<Record<string, string>>;
  readonly measuredAt: string;
}

const PACKAGES = ["apache-arrow", "parquet-wasm", "it-parallel"] as const;

export function machineFacts(): MachineFacts {
  const { version } = createRequire(import.meta.url)("asyncdelta/package.json") as { version: string };
  const processors = cpus();
  return {
    program: `asyncdelta ${version}`,
    node: process.versions.node,
    v8: process.versions.v8,
    cpu: processors[0]?.model.trim() ?? "unknown CPU",
    cores: processors.length,
    memoryMib: Math.round(totalmem() / 1024 / 1024),
    system: `${platform()} ${release()}, ${arch()}`,
    packages: Object.fromEntries(PACKAGES.map((name) => [name, packageVersion(name)])),
    measuredAt: new Date().toISOString(),
  };
}

/** The facts in a line. */
export function machineLine({ program, node, cores, cpu, system }: MachineFacts): string {
  return `${program}, Node ${node}, ${cores} × ${cpu}, ${system}`;
}
