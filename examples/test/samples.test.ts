/** The code in README and docs: all of it fits the types, and what needs no more than a table on disk runs. */
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);

interface Sample {
  /** `docs/storage.md 2`. */
  readonly name: string;
  readonly code: string;
}

/** Names that samples use and do not make, as a reader takes them to be. */
const ASSUMED: Readonly<Record<string, string>> = {
  DeltaTable: 'import { DeltaTable } from "asyncdelta";',
  nodeEngine: 'import { nodeEngine } from "asyncdelta";',
  isDeltaError: 'import { isDeltaError } from "asyncdelta";',
  table: 'declare const table: import("asyncdelta").DeltaTable;',
  signal: "declare const signal: AbortSignal;",
  accessKeyId: "declare const accessKeyId: string;",
  secretAccessKey: "declare const secretAccessKey: string;",
  sasToken: "declare const sasToken: string;",
  urls: "declare const urls: readonly string[];",
  download: "declare function download(url: string, options: { signal: AbortSignal }): Promise<string>;",
  index: "declare function index(page: string): string;",
};

async function samples(): Promise<Sample[]> {
  const folders = ["", "docs", "docs/decisions", "benchmarks", "examples"];
  const packages = await readdir(join(root, "packages"));
  const found: Sample[] = [];
  for (const folder of [...folders, ...packages.map((name) => `packages/${name}`)]) {
    for (const name of await readdir(join(root, folder))) {
      if (!name.endsWith(".md")) continue;
      const text = await readFile(join(root, folder, name), "utf8");
      for (const [index, [, code]] of [...text.matchAll(/```(?:ts|js)\n(.*?)```/gs)].entries()) {
        found.push({ name: `${join(folder, name)} ${index}`, code: code! });
      }
    }
  }
  return found;
}

/** A sample with what it takes for granted in front. */
function whole(code: string): string {
  const bare = code.replace(/(?<=^|\s)\/\/.*$/gm, "");
  const isMade = (name: string) =>
    new RegExp(`\\b(?:const|let|function) ${name}\\b|^import \\{[^}]*\\b${name}\\b`, "m").test(bare);
  const isUsed = (name: string) => new RegExp(`(?<![.\\w"])${name}\\b(?!:)`).test(bare);
  const missing = Object.entries(ASSUMED).filter(([name]) => isUsed(name) && !isMade(name));
  return [...missing.map(([, line]) => line), code, "export {};", ""].join("\n");
}

const all = await samples();
await mkdir(join(root, ".cache"), { recursive: true });
const folder = await mkdtemp(join(root, ".cache/samples-"));
afterAll(() => rm(folder, { recursive: true }));

test("the code in README and docs fits the types", async () => {
  expect(all.length).toBeGreaterThan(15);
  const types = (name: string, file = "index") => [join(root, "packages", name, `dist/${file}.d.ts`)];
  const paths = {
    asyncdelta: types("asyncdelta"),
    "@asyncdelta/engine-node": types("engine-node"),
    "@asyncdelta/kernel-core": types("kernel-core"),
    "@asyncdelta/parallel": types("parallel"),
  };
  const typeRoots = [join(root, "node_modules/@types")];
  const compilerOptions = {
    noEmit: true,
    noUnusedLocals: false,
    composite: false,
    isolatedDeclarations: false,
    types: ["node"],
    typeRoots,
    paths,
  };
  const config = { extends: join(root, ".config/tsconfig.base.json"), compilerOptions, include: ["*.ts"] };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
  await Promise.all(
    all.map(({ name, code }) => writeFile(join(folder, `${name.replaceAll(/\W+/g, "-")}.ts`), whole(code))),
  );
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const { stdout } = await run(process.execPath, [tsc, "-p", folder, "--pretty", "false"]).catch((error) => error);
  expect(stdout).toBe("");
});

describe("the code that needs a table on disk", () => {
  test.each([
    ["README.md 0", 117],
    ["docs/predicates.md 0", 13],
    ["packages/engine-node/README.md 0", 0],
    ["packages/asyncdelta/README.md 2", 0],
  ])("runs: %s", async (wanted, ids) => {
    const { code } = all.find(({ name }) => name === wanted)!;
    const cwd = await mkdtemp(join(folder, "cwd-"));
    await cp(join(root, "examples/tables/trips"), join(cwd, "lake/trips"), { recursive: true });
    // From here the packages are found by their names.
    const script = join(root, "examples/dist", `sample-${process.pid}.mjs`);
    await writeFile(script, whole(code).replaceAll(/^declare .*$/gm, ""));
    try {
      const { stdout, stderr } = await run(process.execPath, [script], { cwd });
      expect(stderr).toBe("");
      expect(stdout.split("\n").filter((line) => /^90071992547\d+n$/.test(line))).toHaveLength(ids);
    } finally {
      await rm(script);
    }
  });
});
