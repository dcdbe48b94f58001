/**
 * `node packages/engine-node/wasm/build.mjs`: makes TypeScript that holds compiled bytes of each AssemblyScript source, here and in the
 * kernel. It is made by hand when those change, and a test sees to it that the two agree.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { main } from "assemblyscript/asc";

/**
 * What is made of which source. `pages` of 64 KiB are there from the start: V8 counts what a memory grows by twice as memory that the
 * heap keeps alive, and collects the whole heap where that rises.
 */
export const MODULES = [
  {
    package: "engine-node",
    source: "json/lines.ts",
    constant: "LINES_MODULE",
    target: "src/json/wasm/lines-module.ts",
    pages: 192,
  },
  {
    package: "engine-node",
    source: "parquet/kernels.ts",
    constant: "PARQUET_KERNELS",
    target: "src/parquet/kernels/kernels-module.ts",
    pages: 385,
  },
  {
    package: "kernel-core",
    source: "kernels/kernels.ts",
    constant: "KERNELS_MODULE",
    target: "src/kernels/kernels-module.ts",
    pages: 1,
  },
];

function folderOf(module) {
  return fileURLToPath(new URL(`../../${module.package}/`, import.meta.url));
}

/** The source of the module that holds the compiled bytes. */
export async function makeModule(module) {
  const { source, constant, pages } = module;
  const folder = `${folderOf(module)}wasm`;
  let bytes;
  const options = ["-O3", "--runtime", "stub", "--enable", "simd", "--noAssert", "--initialMemory", `${pages}`];
  const { error, stderr } = await main([source, "--baseDir", folder, ...options, "--outFile", "made.wasm"], {
    writeFile(name, contents) {
      if (name.endsWith(".wasm")) bytes = contents;
    },
  });
  if (error !== null || bytes === undefined) throw new Error(`AssemblyScript failed: ${stderr}`);
  const text = Buffer.from(bytes).toString("base64");
  return `/** Made of \`wasm/${source}\` by \`packages/engine-node/wasm/build.mjs\`. */\nexport const ${constant}: string =\n  "${text}";\n`;
}

/** Where that lies. */
export function targetOf(module) {
  return folderOf(module) + module.target;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const module of MODULES) writeFileSync(targetOf(module), await makeModule(module));
}
